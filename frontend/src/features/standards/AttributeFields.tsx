// The definition of one attribute: its name, kind, values and default.
import { ActionIcon, Checkbox, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttributeDef } from '../../api/types';
import { useEditing } from './editing_context';
import styles from './standards.module.css';

interface Props {
  value: AttributeDef;
  path: string;
  handle: ReactNode;
  onChange: (next: AttributeDef) => void;
  onRemove: () => void;
}

const KINDS = ['enum', 'number', 'text', 'boolean'] as const;

export function AttributeFields({ value, path, handle, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { problemAt, editable } = useEditing();
  const put = (change: Partial<AttributeDef>) => onChange({ ...value, ...change });
  // Values and the default belong to the kind that they were given for.
  const toKind = ({ name, required }: AttributeDef, kind: AttributeDef['kind']): AttributeDef => ({ name, kind, required, ...(kind === 'enum' ? { values: [] } : {}) });
  return (
    <>
      {handle}
      <div className={styles.attribute}>
        <TextInput size="xs" label={t('standards.attribute_name')} value={value.name} error={problemAt(path)} onChange={(event) => put({ name: event.currentTarget.value })} data-testid="attribute-name" />
        <Select size="xs" label={t('standards.attribute_kind')} data={KINDS.map((kind) => ({ value: kind, label: t(`standards.attribute_${kind}`) }))} value={value.kind} allowDeselect={false} onChange={(kind) => { if (kind && kind !== value.kind) onChange(toKind(value, kind)); }} data-testid="attribute-kind" />
        <Default value={value} error={problemAt(`${path}.default`)} onChange={(next) => put({ default: next })} />
        <Checkbox size="xs" label={t('standards.attribute_required')} checked={value.required} onChange={(event) => put({ required: event.currentTarget.checked })} className={styles.requiredBox} />
        {value.kind === 'enum' ? (
          <TagsInput
            size="xs" className={styles.wide} label={t('standards.attribute_values')} placeholder={t('standards.attribute_values_hint')} value={value.values ?? []} splitChars={[',', '，', ';', '；', '\n']} acceptValueOnBlur
            error={problemAt(`${path}.values`)} onChange={(values) => put({ values })} data-testid="attribute-values"
          />
        ) : null}
      </div>
      {editable ? <ActionIcon variant="subtle" color="gray" size={28} mt={22} aria-label={t('standards.remove_attribute', { name: value.name })} onClick={onRemove}><IconTrash size={14} /></ActionIcon> : null}
    </>
  );
}

function Default({ value, error, onChange }: { value: AttributeDef; error?: string; onChange: (next: unknown) => void }) {
  const { t } = useTranslation();
  const common = { size: 'xs', label: t('standards.attribute_default'), placeholder: t('standards.attribute_no_default'), error } as const;
  const now = value.default ?? null;
  switch (value.kind) {
    case 'enum': {
      // A default whose value is gone stays to be seen, with what is wrong about it.
      const data = [...new Set([...(value.values ?? []), ...(typeof now === 'string' ? [now] : [])])];
      return <Select {...common} clearable data={data} value={typeof now === 'string' ? now : null} onChange={(next) => onChange(next ?? undefined)} />;
    }
    case 'number':
      return <NumberInput {...common} value={typeof now === 'number' ? now : ''} onChange={(next) => onChange(next === '' || !Number.isFinite(Number(next)) ? undefined : Number(next))} />;
    case 'boolean':
      return <Select {...common} clearable data={[{ value: 'true', label: t('standards.yes') }, { value: 'false', label: t('standards.no') }]} value={typeof now === 'boolean' ? String(now) : null} onChange={(next) => onChange(next === null ? undefined : next === 'true')} />;
    case 'text':
      return <TextInput {...common} value={typeof now === 'string' ? now : ''} onChange={(event) => onChange(event.currentTarget.value || undefined)} />;
  }
}
