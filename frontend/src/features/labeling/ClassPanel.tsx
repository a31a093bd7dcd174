// The classes of each layer with their colours and keys; what a model thinks stands dashed beside them.
import { Kbd, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassDef, Layer } from '../../api/types';
import { percentText } from '../../shared/format';
import { classesShown, MOST_SHOWN } from './class_search';
import type { Bench } from './useBench';
import styles from './labeling.module.css';

export function ClassPanel({ bench, editable }: { bench: Bench; editable: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      {bench.content.layers.map((layer, index) => (
        <div key={index} className={styles.layer} data-active={layer.name === bench.layer.name && bench.content.layers.length > 1}>
          <button type="button" className={styles.layerName} onClick={() => bench.setLayer(layer.name)} aria-pressed={layer.name === bench.layer.name}>
            <Text span size="sm" fw={600}>{layer.name}</Text>
            {layer.required ? null : <Text span size="xs" c="dimmed">{t('labeling.layer_optional')}</Text>}
          </button>
          <ClassList bench={bench} layer={layer} editable={editable} />
        </div>
      ))}
    </>
  );
}

/** Of very many classes a few, and a field to find the others by name. */
function ClassList({ bench, layer, editable }: { bench: Bench; layer: Layer; editable: boolean }) {
  const { t } = useTranslation();
  const [sought, setSought] = useState('');
  const used = new Set(bench.answer.filter((item) => item.layer === layer.name).map((item) => item.class)).add(bench.activeClass);
  const { shown, found } = classesShown(layer.classes, sought, (name) => used.has(name));
  const first = sought.trim() === '' ? undefined : shown[shown.length - Math.min(found, MOST_SHOWN)];
  return (
    <>
      {layer.classes.length > MOST_SHOWN ? (
        <TextInput
          size="xs" mb={4} leftSection={<IconSearch size={13} />} aria-label={t('labeling.find_class')} placeholder={t('labeling.find_class')} value={sought} onChange={(event) => setSought(event.currentTarget.value)} data-testid="find-class"
          onKeyDown={(event) => { if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && first && editable) { bench.pickClass(first.value.name, layer); setSought(''); event.currentTarget.blur(); } }}
        />
      ) : null}
      <ul className={styles.classes} data-testid={`classes-${layer.name}`}>
        {shown.map(({ value, index }) => <ClassLine key={index} bench={bench} layer={layer} value={value} index={index} editable={editable} />)}
      </ul>
      {found > MOST_SHOWN ? <Text size="xs" c="dimmed" px={10} pt={4}>{t('labeling.more_classes', { count: found - MOST_SHOWN })}</Text> : null}
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
