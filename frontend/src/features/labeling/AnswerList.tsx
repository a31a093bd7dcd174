// The items of the answer, and the attributes of the one in hand.
import { ActionIcon, Box, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AttributeForm } from './AttributeForm';
import { colorIn } from './painted';
import type { Bench } from './useBench';
import styles from './labeling.module.css';

export function AnswerList({ bench, editable }: { bench: Bench; editable: boolean }) {
  const { t } = useTranslation();
  if (bench.answer.length === 0) return <Text size="sm" c="dimmed" data-testid="answer-empty">{t('labeling.no_items')}</Text>;
  return (
    <ul className={styles.items} data-testid="answer">
      {bench.answer.map((item) => {
        const definition = bench.content.layers.find((layer) => layer.name === item.layer)?.classes.find((each) => each.name === item.class);
        const open = (definition?.attributes.length ?? 0) > 0 && (item.kind === 'classification' || bench.selected === item.id);
        return (
          <li key={item.id} className={styles.item} data-selected={bench.selected === item.id} data-testid="answer-item" data-class={item.class}>
            <div className={styles.itemLine}>
              <button type="button" className={styles.itemButton} onClick={(event) => { bench.select(item.kind === 'box' ? item.id : null); event.currentTarget.blur(); }}>
                <span className={styles.classDot} style={{ '--class-color': colorIn(bench.content, item) } as React.CSSProperties} aria-hidden />
                <span className={styles.className}>{item.class}</span>
                <Text span size="xs" c="dimmed" className="tabular">{item.kind === 'box' ? `${Math.round(item.width ?? 0)} × ${Math.round(item.height ?? 0)}` : item.layer}</Text>
              </button>
              {editable ? <ActionIcon size={24} variant="subtle" color="gray" aria-label={t('labeling.delete_item', { name: item.class })} onClick={() => bench.remove(item.id)}><IconX size={14} /></ActionIcon> : null}
            </div>
            {open && definition ? <Box px={10} pb={10} pt={4}><AttributeForm definitions={definition.attributes} values={item.attributes ?? {}} editable={editable} entered onChange={(attributes, run) => bench.setAttributes(item.id, attributes, run)} /></Box> : null}
          </li>
        );
      })}
    </ul>
  );
}
