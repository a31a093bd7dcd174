// What more is asked of each item of a class: its attributes in order, and copying them from another class.
import { Button, Group, Select, Text, Title } from '@mantine/core';
import { IconCopy, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AttributeDef } from '../../api/types';
import { AttributeFields } from './AttributeFields';
import { placeOf } from './check';
import { useEditing } from './editing_context';
import { freeName, moveAt, removeAt, replaceAt, withCopied } from './editing';
import { MoveHandle } from './MoveHandle';
import { useReorder } from './useReorder';
import styles from './standards.module.css';

/** A class from which attributes can be copied. */
export interface Source {
  label: string;
  attributes: readonly AttributeDef[];
}

interface Props {
  attributes: AttributeDef[];
  path: string;
  sources: readonly Source[];
  onChange: (attributes: AttributeDef[]) => void;
}

export function AttributeEditor({ attributes, path, sources, onChange }: Props) {
  const { t } = useTranslation();
  const { editable } = useEditing();
  const order = useReorder(attributes.length, (from, to) => onChange(moveAt(attributes, from, to)));
  const others = sources.filter((each) => each.attributes !== attributes);
  const copy = (at: string | null) => {
    const source = at === null ? undefined : others[Number(at)];
    if (source) onChange(withCopied(attributes, source.attributes));
  };
  return (
    <section aria-label={t('standards.attributes')}>
      <Title order={4} fz="xs">{t('standards.attributes')}</Title>
      <Text size="xs" c="dimmed" mb={6}>{t('standards.attributes_detail')}</Text>
      {attributes.map((attribute, index) => (
        <div key={index} className={styles.attributeRow} {...order.row(index)} data-testid="attribute-row">
          <AttributeFields
            value={attribute} path={placeOf(`${path}.attributes`, index, attribute.name)} handle={editable ? <MoveHandle name={attribute.name} handle={order.handle(index)} /> : <span />}
            onChange={(next) => onChange(replaceAt(attributes, index, next))} onRemove={() => onChange(removeAt(attributes, index))}
          />
        </div>
      ))}
      {editable ? (
        <Group gap="xs" mt={6}>
          <Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} />} onClick={() => onChange([...attributes, { name: freeName('attribute', attributes.map((each) => each.name)), kind: 'enum', values: [], required: false }])} data-testid="add-attribute">{t('standards.add_attribute')}</Button>
          {others.length > 0 ? <Select size="xs" w={220} searchable limit={50} leftSection={<IconCopy size={13} />} aria-label={t('standards.copy_attributes')} placeholder={t('standards.copy_attributes')} data={others.map((each, index) => ({ value: String(index), label: each.label }))} value={null} onChange={copy} data-testid="copy-attributes" /> : null}
        </Group>
      ) : null}
      <span className="visually-hidden" aria-live="polite">{order.told}</span>
    </section>
  );
}
