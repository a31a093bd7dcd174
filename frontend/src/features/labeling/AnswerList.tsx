// The items of the answer, what they measure, and the attributes of the one in hand. Regions can be hidden and locked here.
import { ActionIcon, Box, Button, Text } from '@mantine/core';
import { IconEye, IconEyeOff, IconLock, IconLockOpen, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Item } from '../../api/types';
import { isShape, type Shape } from '../../canvas/shapes/shape';
import { AttributeForm } from './AttributeForm';
import { measuresOf } from './measures';
import { colorIn } from './painted';
import type { Bench } from './useBench';
import styles from './labeling.module.css';

/** So many lines at once; thousands would be dear to lay out and are never read. */
const LINES = 200;

export function AnswerList({ bench, editable }: { bench: Bench; editable: boolean }) {
  const { t } = useTranslation();
  const [lines, setLines] = useState(LINES);
  if (bench.answer.length === 0) return <Text size="sm" c="dimmed" data-testid="answer-empty">{t('labeling.no_items')}</Text>;
  // Of a long answer the end, where the newest is, and always the selected one.
  const listed = bench.answer.length <= lines ? bench.answer : bench.answer.filter((item, index) => index >= bench.answer.length - lines || item.id === bench.selected);
  return (
    <>
    {listed.length < bench.answer.length ? <Button size="compact-sm" variant="default" fullWidth mb="xs" onClick={() => setLines(lines + LINES)}>{t('labeling.more_items', { count: bench.answer.length - listed.length })}</Button> : null}
    <ul className={styles.items} data-testid="answer">
      {listed.map((item) => {
        const definition = bench.content.layers.find((layer) => layer.name === item.layer)?.classes.find((each) => each.name === item.class);
        const open = (definition?.attributes.length ?? 0) > 0 && (item.kind === 'classification' || bench.selected === item.id);
        return (
          <li key={item.id} className={styles.item} data-selected={bench.selected === item.id} data-hidden={bench.hidden.has(item.id)} data-testid="answer-item" data-class={item.class}>
            <div className={styles.itemLine}>
              <button type="button" className={styles.itemButton} onClick={(event) => { bench.select(item.kind === 'classification' ? null : item.id); event.currentTarget.blur(); }}>
                <span className={styles.classDot} style={{ '--class-color': colorIn(bench.content, item) } as React.CSSProperties} aria-hidden />
                <span className={styles.className}>{item.class}</span>
                <Text span size="xs" c="dimmed" className="tabular">{isShape(item) ? mainMeasure(item, t) : item.layer}</Text>
              </button>
              {isShape(item) ? <RegionSwitches bench={bench} item={item} /> : null}
              {editable ? <ActionIcon size={24} variant="subtle" color="gray" aria-label={t('labeling.delete_item', { name: item.class })} onClick={() => bench.remove(item.id)}><IconX size={14} /></ActionIcon> : null}
            </div>
            {open && definition ? <Box px={10} pb={10} pt={4}><AttributeForm definitions={definition.attributes} values={item.attributes ?? {}} editable={editable} entered onChange={(attributes, run) => bench.setAttributes(item.id, attributes, run)} /></Box> : null}
          </li>
        );
      })}
    </ul>
    </>
  );
}

function mainMeasure(item: Shape, t: TFunction): string {
  const [{ key, values }] = measuresOf(item);
  return t(`labeling.measure_${key}`, values);
}

function RegionSwitches({ bench, item }: { bench: Bench; item: Item }) {
  const { t } = useTranslation();
  const hidden = bench.hidden.has(item.id);
  const locked = bench.locked.has(item.id);
  return (
    <>
      <ActionIcon size={24} variant="subtle" color="gray" aria-pressed={hidden} aria-label={t('labeling.hide_item', { name: item.class })} title={`${t('labeling.key_hide')} (Alt+H)`} className={hidden ? undefined : styles.quiet} onClick={(event) => { bench.toggleHidden(item.id); event.currentTarget.blur(); }} data-testid="hide-item">{hidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}</ActionIcon>
      <ActionIcon size={24} variant="subtle" color="gray" aria-pressed={locked} aria-label={t('labeling.lock_item', { name: item.class })} title={`${t('labeling.key_lock')} (Alt+L)`} className={locked ? undefined : styles.quiet} onClick={(event) => { bench.toggleLocked(item.id); event.currentTarget.blur(); }} data-testid="lock-item">{locked ? <IconLock size={14} /> : <IconLockOpen size={14} />}</ActionIcon>
    </>
  );
}
