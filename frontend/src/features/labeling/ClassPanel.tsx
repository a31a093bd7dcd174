// The classes of each layer with their colours and keys; what a model thinks stands dashed beside them.
import { Kbd, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ClassDef, Layer } from '../../api/types';
import { percentText } from '../../shared/format';
import type { Bench } from './useBench';
import styles from './labeling.module.css';

export function ClassPanel({ bench, editable }: { bench: Bench; editable: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {bench.content.layers.map((layer) => (
        <div key={layer.name} className={styles.layer} data-active={layer.name === bench.layer.name && bench.content.layers.length > 1}>
          <button type="button" className={styles.layerName} onClick={() => bench.setLayer(layer.name)} aria-pressed={layer.name === bench.layer.name}>
            <Text span size="sm" fw={600}>{layer.name}</Text>
            {layer.required ? null : <Text span size="xs" c="dimmed">{t('labeling.layer_optional')}</Text>}
          </button>
          <ul className={styles.classes} data-testid={`classes-${layer.name}`}>
            {layer.classes.map((each, index) => <ClassLine key={each.name} bench={bench} layer={layer} value={each} index={index} editable={editable} />)}
          </ul>
        </div>
      ))}
    </>
  );
}

function ClassLine({ bench, layer, value, index, editable }: { bench: Bench; layer: Layer; value: ClassDef; index: number; editable: boolean }) {
  const { i18n } = useTranslation();
  const mine = bench.answer.filter((item) => item.layer === layer.name && item.class === value.name);
  const chosen = layer.kind === 'classification' ? mine.length > 0 : bench.activeClass === value.name && layer.name === bench.layer.name;
  const predicted = editable && bench.accepted === null ? bench.best?.result.items.find((item) => item.layer === layer.name && item.class === value.name && item.kind === 'classification') : undefined;
  const free = index < 10 && !layer.classes.some((each) => each.hotkey === String((index + 1) % 10));
  const key = value.hotkey ?? (free ? String((index + 1) % 10) : null);
  const title = (i18n.language === 'zh' ? value.title?.zh : value.title?.en) || value.name;
  return (
    <li>
      <button
        type="button" className={styles.class} disabled={!editable} aria-pressed={chosen} data-predicted={predicted !== undefined} title={value.description ?? undefined} style={{ '--class-color': value.color } as React.CSSProperties}
        onClick={(event) => { bench.pickClass(value.name, layer); event.currentTarget.blur(); }} data-testid={`class-${value.name}`} data-chosen={chosen}
      >
        <span className={styles.classDot} aria-hidden />
        <span className={styles.className}>{title}</span>
        {predicted ? <span className={styles.score}>{percentText(predicted.score ?? bench.best?.score ?? 0)}</span> : null}
        {layer.kind !== 'classification' && mine.length > 0 ? <span className={styles.count}>{mine.length}</span> : null}
        {key ? <Kbd size="xs">{key.toUpperCase()}</Kbd> : null}
      </button>
    </li>
  );
}
