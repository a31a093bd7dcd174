// Label differences by class; a line chosen shows only the samples it counts.
import { Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassDiff } from '../../../api/types';
import { ClassChip } from '../../../shared/ClassChip';
import { percentText } from '../../../shared/format';
import classes from './compare.module.css';

const COLUMNS = ['added', 'removed', 'gained', 'lost', 'reshaped', 'attributes_changed'] as const;
const TONES = { added: 'added', removed: 'removed', gained: 'added', lost: 'removed', reshaped: 'changed', attributes_changed: 'changed' } as const;
const SHOWN = 8;

export interface ClassChoice {
  layer: string;
  class: string;
}

interface Props {
  rows: readonly ClassDiff[];
  complete: boolean;
  chosen: ClassChoice | null;
  onChoose: (chosen: ClassChoice | null) => void;
}

export function ClassTable({ rows, complete, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, SHOWN);
  const columns = COLUMNS.filter((name) => rows.some((row) => row[name] > 0));
  const shapes = rows.some((row) => typeof row.mean_iou === 'number');
  return (
    <div data-testid="class-diff">
      <Table.ScrollContainer minWidth={480} type="native">
        <Table verticalSpacing={6} highlightOnHover>
          <Table.Thead>
            <Table.Tr><Table.Th pl="lg">{t('versioning.class')}</Table.Th>{columns.map((name, at) => <Table.Th key={name} ta="end" pr={!shapes && at === columns.length - 1 ? 'lg' : undefined}>{t(`versioning.class_${name}`)}</Table.Th>)}{shapes ? <Table.Th ta="end" pr="lg">{t('versioning.mean_iou')}</Table.Th> : null}</Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => {
              const active = chosen?.layer === row.layer && chosen.class === row.class;
              return (
                <Table.Tr key={`${row.layer}/${row.class}`} data-active={active} className={classes.classRow}>
                  <Table.Td pl="lg"><UnstyledButton onClick={() => onChoose(active ? null : { layer: row.layer, class: row.class })} aria-pressed={active} data-testid="class-filter"><ClassChip name={row.class} /> <Text span size="xs" c="dimmed">{row.layer}</Text></UnstyledButton></Table.Td>
                  {columns.map((name, at) => <Table.Td key={name} ta="end" pr={!shapes && at === columns.length - 1 ? 'lg' : undefined} className="tabular">{row[name] > 0 ? <span className={classes.count} data-tone={TONES[name]}>{row[name].toLocaleString()}</span> : <Text span c="dimmed" aria-label="0">·</Text>}</Table.Td>)}
                  {shapes ? <Table.Td ta="end" pr="lg" className="tabular">{typeof row.mean_iou === 'number' ? percentText(row.mean_iou) : ''}</Table.Td> : null}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length > SHOWN ? <UnstyledButton className={classes.showAll} onClick={() => setAll(!all)}>{all ? t('versioning.show_fewer') : t('versioning.show_all_classes', { count: rows.length })}</UnstyledButton> : null}
      {complete ? null : <Text size="xs" c="dimmed" px="lg" pb="sm">{t('versioning.classes_partial')}</Text>}
    </div>
  );
}
