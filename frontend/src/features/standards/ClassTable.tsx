// The classes of a layer. A long table draws only the rows that are seen, so that thousands stay quick.
import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconClipboardText, IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassDef, Layer } from '../../api/types';
import type { Source } from './AttributeEditor';
import { placeOf } from './check';
import { ClassRow } from './ClassRow';
import { useEditing } from './editing_context';
import { freeName, moveAt, newClasses, placeAfterMove, removeAt, replaceAt } from './editing';
import { MoveHandle } from './MoveHandle';
import { PasteClasses } from './PasteClasses';
import { useReorder } from './useReorder';
import { windowOf } from './window_rows';
import styles from './standards.module.css';

const ROW_HEIGHT = 42;
/** From here on the table scrolls by itself. */
const LONG = 40;

interface Props {
  classes: ClassDef[];
  path: string;
  /** All layers of the standard: a new class differs in key and colour from the classes of every one. */
  layers: readonly Layer[];
  sources: readonly Source[];
  /** The class that stands open, or -1. */
  open: number;
  onOpen: (index: number) => void;
  onChange: (classes: ClassDef[]) => void;
}

export function ClassTable({ classes, path, layers, sources, open, onOpen, onChange }: Props) {
  const { t } = useTranslation();
  const { editable, problemAt } = useEditing();
  const [pasting, setPasting] = useState(false);
  const [find, setFind] = useState('');
  const [seen, setSeen] = useState({ top: 0, height: 600, openExtra: 320 });
  const box = useRef<HTMLDivElement>(null);
  const openRow = useRef<HTMLDivElement>(null);
  const order = useReorder(classes.length, (from, to) => {
    onChange(moveAt(classes, from, to));
    if (open >= 0) onOpen(placeAfterMove(open, from, to));
  });
  const long = classes.length > LONG;
  const sought = find.trim().toLowerCase();
  const places = classes.map((_, index) => index).filter((index) => !long || sought === '' || classes[index]?.name.toLowerCase().includes(sought));
  const rows = { count: places.length, rowHeight: ROW_HEIGHT, open: places.indexOf(open), openExtra: seen.openExtra };
  const { start, end, before, after } = long ? windowOf(rows, seen.top, seen.height) : { start: 0, end: places.length, before: 0, after: 0 };
  // The open row is as tall as its attributes make it; what is below it is counted from there.
  useEffect(() => {
    const row = openRow.current;
    if (!long || !row) return;
    const watch = new ResizeObserver(() => setSeen((now) => ({ ...now, openExtra: row.offsetHeight - ROW_HEIGHT })));
    watch.observe(row);
    return () => watch.disconnect();
  }, [long, open, start]);
  const add = () => {
    onChange([...classes, ...newClasses(layers, [freeName('class', classes.map((each) => each.name))])]);
    setFind('');
    if (long) requestAnimationFrame(() => box.current?.scrollTo({ top: box.current.scrollHeight }));
  };
  const remove = (index: number) => {
    onChange(removeAt(classes, index));
    if (open >= index) onOpen(open === index ? -1 : open - 1);
  };
  return (
    <div data-testid="class-table">
      {long ? <Group mb="xs"><TextInput size="xs" flex={1} leftSection={<IconSearch size={14} />} aria-label={t('standards.find_class')} placeholder={t('standards.find_class')} value={find} onChange={(event) => setFind(event.currentTarget.value)} /><Text size="xs" c="dimmed" className="tabular">{t('standards.class_count', { count: places.length })}</Text></Group> : null}
      <div ref={box} className={long ? styles.longTable : undefined} onScroll={long ? (event) => setSeen({ ...seen, top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight }) : undefined}>
        <div style={{ height: before }} />
        {places.slice(start, end).map((index) => {
          const each = classes[index];
          return each ? (
            <div key={index} ref={index === open ? openRow : undefined} className={styles.row} {...order.row(index)} data-testid="class-row" data-class={each.name}>
              <ClassRow
                value={each} path={placeOf(path, index, each.name)} open={index === open} sources={sources} handle={editable ? <MoveHandle name={each.name} handle={order.handle(index)} /> : <span />}
                onOpen={() => onOpen(index === open ? -1 : index)} onChange={(next) => onChange(replaceAt(classes, index, next))} onRemove={() => remove(index)}
              />
            </div>
          ) : null;
        })}
        <div style={{ height: after }} />
      </div>
      {classes.length === 0 ? <Text size="sm" c={problemAt(path) ? 'var(--s-removed)' : 'dimmed'}>{problemAt(path) ?? t('standards.no_classes')}</Text> : null}
      {editable ? (
        <Group gap="xs" mt={6}>
          <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={15} />} onClick={add} data-testid="add-class">{t('standards.add_class')}</Button>
          <Button variant="subtle" size="compact-sm" leftSection={<IconClipboardText size={15} />} onClick={() => setPasting(true)} data-testid="paste-classes">{t('standards.paste_classes')}</Button>
        </Group>
      ) : null}
      <PasteClasses opened={pasting} onClose={() => setPasting(false)} before={classes} onAdd={(names) => onChange([...classes, ...newClasses(layers, names)])} />
      <span className="visually-hidden" aria-live="polite">{order.told}</span>
    </div>
  );
}
