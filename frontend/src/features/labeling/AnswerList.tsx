// The items of the answer, what they measure, and the attributes of the one in hand. Regions can be hidden and locked here.
import { ActionIcon, Box, Text } from '@mantine/core';
import { IconEye, IconEyeOff, IconLock, IconLockOpen, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Item } from '../../api/types';
import { isShape, type Shape } from '../../canvas/shapes/shape';
import { AttributeForm } from './AttributeForm';
import { measuresOf } from './measures';
import { Pager, usePage } from './Pager';
import { colorIn } from './painted';
import { textLine } from './text_items';
import type { Bench } from './useBench';
import { useKeyChoices } from './useKeyChoices';
import styles from './labeling.module.css';

/** On a narrow screen the list lies below the sample: there the page must not jump away from it. */
const bringIntoView = (line: HTMLLIElement | null) => {
  if (window.matchMedia('(min-width: 761px)').matches) line?.scrollIntoView({ block: 'nearest' });
};

export function AnswerList({ bench, editable }: { bench: Bench; editable: boolean }) {
  const { t } = useTranslation();
  const page = usePage(bench.answer, bench.selected);
  if (bench.answer.length === 0) return <Text size="sm" c="dimmed" data-testid="answer-empty">{t('labeling.no_items')}</Text>;
  return (
    <>
    <ul className={styles.items} data-testid="answer">
      {page.shown.map((item) => {
        const definition = bench.content.layers.find((layer) => layer.name === item.layer)?.classes.find((each) => each.name === item.class);
        const open = (definition?.attributes.length ?? 0) > 0 && (item.kind === 'classification' || bench.selected === item.id);
        const line = textLine(item, bench.answer, bench.content, bench.texts);
        return (
          <li key={item.id} ref={bench.selected === item.id ? bringIntoView : undefined} className={styles.item} data-selected={bench.selected === item.id} data-hidden={bench.hidden.has(item.id)} data-testid="answer-item" data-class={item.class}>
            <div className={styles.itemLine}>
              <button type="button" className={styles.itemButton} onClick={(event) => { bench.select(item.kind === 'classification' ? null : item.id); event.currentTarget.blur(); }}>
                <span className={styles.classDot} style={{ '--class-color': colorIn(bench.content, item) } as React.CSSProperties} aria-hidden />
                <span className={styles.className} style={line?.detail === '' ? { whiteSpace: 'normal' } : line ? { flex: '0 1 auto' } : undefined}>{line?.name ?? item.class}</span>
                {line?.detail === '' ? null : <Text span size="xs" c="dimmed" className="tabular" truncate={line !== null} flex={line ? 1 : undefined} ta="right" dir={line ? 'auto' : undefined}>{line ? line.detail : isShape(item) ? mainMeasure(item, t) : item.layer}</Text>}
              </button>
              {isShape(item) ? <RegionSwitches bench={bench} item={item} /> : null}
              {editable ? <ActionIcon size={24} variant="subtle" color="gray" aria-label={t('labeling.delete_item', { name: line ? `${line.name} ${line.detail}`.trim() : item.class })} onClick={() => bench.remove(item.id)}><IconX size={14} /></ActionIcon> : null}
            </div>
            {open && definition ? <Box px={10} pb={10} pt={4}><AttributeForm definitions={definition.attributes} values={item.attributes ?? {}} editable={editable} entered onChange={(attributes, run) => bench.setAttributes(item.id, attributes, run)} /></Box> : null}
          </li>
        );
      })}
    </ul>
    <Pager {...page} total={bench.answer.length} />
    </>
  );
}

function mainMeasure(item: Shape, t: TFunction): string {
  const [{ key, values }] = measuresOf(item);
  return t(`labeling.measure_${key}`, values);
}

function RegionSwitches({ bench, item }: { bench: Bench; item: Item }) {
  const { t } = useTranslation();
  const { withKey } = useKeyChoices();
  const hidden = bench.hidden.has(item.id);
  const locked = bench.locked.has(item.id);
  return (
    <>
      <ActionIcon size={24} variant="subtle" color="gray" aria-pressed={hidden} aria-label={t('labeling.hide_item', { name: item.class })} title={withKey(t('labeling.key_hide'), 'hide')} className={hidden ? undefined : styles.quiet} onClick={(event) => { bench.toggleHidden(item.id); event.currentTarget.blur(); }} data-testid="hide-item">{hidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}</ActionIcon>
      <ActionIcon size={24} variant="subtle" color="gray" aria-pressed={locked} aria-label={t('labeling.lock_item', { name: item.class })} title={withKey(t('labeling.key_lock'), 'lock')} className={locked ? undefined : styles.quiet} onClick={(event) => { bench.toggleLocked(item.id); event.currentTarget.blur(); }} data-testid="lock-item">{locked ? <IconLock size={14} /> : <IconLockOpen size={14} />}</ActionIcon>
    </>
  );
}
