// The items of the answer, and the attributes of the one in hand.
import { ActionIcon, NumberInput, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AttributeDef, Item } from '../../api/types';
import { Pager, usePage } from './Pager';
import { colorIn } from './painted';
import { textLine } from './text_items';
import type { Bench } from './useBench';
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
          <li key={item.id} ref={bench.selected === item.id ? bringIntoView : undefined} className={styles.item} data-selected={bench.selected === item.id} data-testid="answer-item" data-class={item.class}>
            <div className={styles.itemLine}>
              <button type="button" className={styles.itemButton} onClick={(event) => { bench.select(item.kind === 'classification' ? null : item.id); event.currentTarget.blur(); }}>
                <span className={styles.classDot} style={{ '--class-color': colorIn(bench.content, item) } as React.CSSProperties} aria-hidden />
                <span className={styles.className} style={line?.detail === '' ? { whiteSpace: 'normal' } : line ? { flex: '0 1 auto' } : undefined}>{line?.name ?? item.class}</span>
                {line?.detail === '' ? null : <Text span size="xs" c="dimmed" className="tabular" truncate={line !== null} flex={line ? 1 : undefined} ta="right" dir={line ? 'auto' : undefined}>{line ? line.detail : item.kind === 'box' ? `${Math.round(item.width ?? 0)} × ${Math.round(item.height ?? 0)}` : item.layer}</Text>}
              </button>
              {editable ? <ActionIcon size={24} variant="subtle" color="gray" aria-label={t('labeling.delete_item', { name: line ? `${line.name} ${line.detail}`.trim() : item.class })} onClick={() => bench.remove(item.id)}><IconX size={14} /></ActionIcon> : null}
            </div>
            {open && definition ? <Attributes item={item} definitions={definition.attributes} editable={editable} onChange={(attributes) => bench.setAttributes(item.id, attributes)} /> : null}
          </li>
        );
      })}
    </ul>
    <Pager {...page} total={bench.answer.length} />
    </>
  );
}

function Attributes({ item, definitions, editable, onChange }: { item: Item; definitions: AttributeDef[]; editable: boolean; onChange: (attributes: Record<string, unknown>) => void }) {
  const values = item.attributes ?? {};
  return (
    <Stack gap={6} pl={22} pb={8} pt={4}>
      {definitions.map((definition) => <Attribute key={definition.name} definition={definition} value={values[definition.name]} editable={editable} onChange={(value) => onChange({ ...values, [definition.name]: value })} />)}
    </Stack>
  );
}

function Attribute({ definition, value, editable, onChange }: { definition: AttributeDef; value: unknown; editable: boolean; onChange: (value: unknown) => void }) {
  const common = { size: 'xs', label: definition.name, required: definition.required, disabled: !editable } as const;
  switch (definition.kind) {
    case 'enum':
      return <Select {...common} data={definition.values ?? []} value={typeof value === 'string' ? value : null} onChange={(next) => onChange(next)} />;
    case 'number':
      return <NumberInput {...common} value={typeof value === 'number' ? value : ''} onChange={(next) => onChange(next === '' ? null : Number(next))} />;
    case 'boolean':
      return <Switch size="xs" label={definition.name} disabled={!editable} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case 'text':
      return <TextInput {...common} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}
