// The classes of a layer: colour, name, key; titles, meaning and attributes behind "more".
import { ActionIcon, Button, Checkbox, Collapse, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttributeDef, ClassDef } from '../../api/types';
import { freeName, hotkeyProblem, nextClass, removeAt, replaceAt } from './editing';
import styles from './standards.module.css';

export function ClassTable({ classes, onChange }: { classes: ClassDef[]; onChange: (classes: ClassDef[]) => void }) {
  const { t } = useTranslation();
  return (
    <div data-testid="class-table">
      {classes.map((each, index) => (
        <ClassRow key={index} value={each} problem={hotkeyProblem(classes, index)} onChange={(next) => onChange(replaceAt(classes, index, next))} onRemove={() => onChange(removeAt(classes, index))} />
      ))}
      <Button variant="subtle" size="compact-sm" mt={6} leftSection={<IconPlus size={15} />} onClick={() => onChange([...classes, nextClass(classes)])} data-testid="add-class">{t('standards.add_class')}</Button>
    </div>
  );
}

interface RowProps {
  value: ClassDef;
  problem: 'reserved' | 'twice' | null;
  onChange: (next: ClassDef) => void;
  onRemove: () => void;
}

function ClassRow({ value, problem, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const put = (change: Partial<ClassDef>) => onChange({ ...value, ...change });
  return (
    <>
      <div className={styles.classRow} data-testid="class-row" data-class={value.name}>
        <input type="color" className={styles.swatch} value={value.color} onChange={(event) => put({ color: event.currentTarget.value })} aria-label={`${t('standards.color')} ${value.name}`} />
        <TextInput aria-label={t('standards.class_name')} value={value.name} onChange={(event) => put({ name: event.currentTarget.value })} />
        <TextInput aria-label={t('standards.class_description')} placeholder={t('standards.class_description')} value={value.description ?? ''} onChange={(event) => put({ description: event.currentTarget.value || null })} />
        <TextInput aria-label={`${t('standards.hotkey')} ${value.name}`} placeholder={t('standards.hotkey')} maxLength={1} value={value.hotkey ?? ''} error={problem ? t(`standards.hotkey_${problem}`) : undefined} onChange={(event) => put({ hotkey: event.currentTarget.value.trim().toLowerCase() || null })} />
        <ActionIcon variant="subtle" color="gray" size={34} aria-expanded={open} aria-label={t('standards.more_options', { name: value.name })} onClick={() => setOpen(!open)}><IconChevronDown size={16} style={{ rotate: open ? '180deg' : undefined }} /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={t('standards.remove_class', { name: value.name })} onClick={onRemove}><IconTrash size={16} /></ActionIcon>
      </div>
      <Collapse expanded={open}>
        <Stack className={styles.more} gap="sm">
          <Group grow>
            <TextInput size="xs" label={t('standards.title_en')} value={value.title?.en ?? ''} onChange={(event) => put({ title: { ...value.title, en: event.currentTarget.value } })} />
            <TextInput size="xs" label={t('standards.title_zh')} value={value.title?.zh ?? ''} onChange={(event) => put({ title: { ...value.title, zh: event.currentTarget.value } })} />
          </Group>
          <Text size="xs" fw={600}>{t('standards.attributes')}</Text>
          {value.attributes.map((attribute, index) => (
            <AttributeRow key={index} value={attribute} onChange={(next) => put({ attributes: replaceAt(value.attributes, index, next) })} onRemove={() => put({ attributes: removeAt(value.attributes, index) })} />
          ))}
          <Group><Button size="compact-xs" variant="default" leftSection={<IconPlus size={13} />} onClick={() => put({ attributes: [...value.attributes, { name: freeName('attribute', value.attributes.map((each) => each.name)), kind: 'enum', values: [], required: false }] })}>{t('standards.add_attribute')}</Button></Group>
        </Stack>
      </Collapse>
    </>
  );
}

function AttributeRow({ value, onChange, onRemove }: { value: AttributeDef; onChange: (next: AttributeDef) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const put = (change: Partial<AttributeDef>) => onChange({ ...value, ...change });
  const kinds = (['enum', 'number', 'text', 'boolean'] as const).map((kind) => ({ value: kind, label: t(`standards.attribute_${kind}`) }));
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput size="xs" w={130} aria-label={t('standards.attribute_name')} value={value.name} onChange={(event) => put({ name: event.currentTarget.value })} />
      <Select size="xs" w={110} aria-label={t('standards.attribute_kind')} data={kinds} value={value.kind} allowDeselect={false} onChange={(kind) => kind && put({ kind: kind as AttributeDef['kind'], values: kind === 'enum' ? [] : undefined })} />
      {value.kind === 'enum' ? <TextInput size="xs" flex={1} aria-label={t('standards.attribute_values')} placeholder={t('standards.attribute_values')} defaultValue={(value.values ?? []).join(', ')} onBlur={(event) => put({ values: event.currentTarget.value.split(/[,，]/).map((each) => each.trim()).filter(Boolean) })} /> : <div style={{ flex: 1 }} />}
      <Checkbox size="xs" label={t('standards.required')} checked={value.required} onChange={(event) => put({ required: event.currentTarget.checked })} />
      <ActionIcon variant="subtle" color="gray" aria-label={t('standards.remove_attribute', { name: value.name })} onClick={onRemove}><IconTrash size={14} /></ActionIcon>
    </Group>
  );
}
