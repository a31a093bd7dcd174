// One class of a layer: colour, name, meaning, key; its titles and attributes behind "more".
import { ActionIcon, Group, Stack, TextInput } from '@mantine/core';
import { IconChevronDown, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassDef } from '../../api/types';
import { AttributeEditor, type Source } from './AttributeEditor';
import { useEditing } from './editing_context';
import styles from './standards.module.css';

interface Props {
  value: ClassDef;
  path: string;
  open: boolean;
  handle: ReactNode;
  sources: readonly Source[];
  onOpen: () => void;
  onChange: (next: ClassDef) => void;
  onRemove: () => void;
}

export function ClassRow({ value, path, open, handle, sources, onOpen, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { problemAt, editable } = useEditing();
  const put = (change: Partial<ClassDef>) => onChange({ ...value, ...change });
  const title = (language: 'en' | 'zh') => ({ size: 'xs', label: t(`standards.title_${language}`), placeholder: value.name, value: value.title?.[language] ?? '', onChange: (event: React.ChangeEvent<HTMLInputElement>) => put({ title: withTitle(value.title, language, event.currentTarget.value) }) }) as const;
  return (
    <>
      <div className={styles.classRow}>
        {handle}
        <input type="color" className={styles.swatch} disabled={!editable} value={value.color} onChange={(event) => put({ color: event.currentTarget.value })} aria-label={t('standards.color_of', { name: value.name })} />
        <TextInput aria-label={t('standards.class_name')} value={value.name} error={problemAt(path)} onChange={(event) => put({ name: event.currentTarget.value })} data-testid="class-name" />
        <TextInput aria-label={t('standards.description_of', { name: value.name })} placeholder={t('standards.class_description')} value={value.description ?? ''} onChange={(event) => put({ description: event.currentTarget.value || null })} />
        <TextInput aria-label={t('standards.hotkey_of', { name: value.name })} placeholder={t('standards.hotkey')} classNames={{ input: styles.key }} value={value.hotkey ?? ''} error={problemAt(`${path}.hotkey`)} onChange={(event) => put({ hotkey: event.currentTarget.value.trim().slice(-1).toLowerCase() || null })} data-testid="class-hotkey" />
        <ActionIcon variant="subtle" color="gray" size={34} aria-expanded={open} aria-label={t('standards.more_options', { name: value.name })} onClick={onOpen} data-testid="class-more"><IconChevronDown size={16} style={{ rotate: open ? '180deg' : undefined }} /></ActionIcon>
        {editable ? <ActionIcon variant="subtle" color="gray" size={34} aria-label={t('standards.remove_class', { name: value.name })} onClick={onRemove}><IconTrash size={16} /></ActionIcon> : null}
      </div>
      {open ? (
        <Stack className={styles.more} gap="md" data-testid="class-details">
          <Group grow><TextInput {...title('en')} /><TextInput {...title('zh')} lang="zh-CN" /></Group>
          <AttributeEditor attributes={value.attributes} path={path} sources={sources} onChange={(attributes) => put({ attributes })} />
        </Stack>
      ) : null}
    </>
  );
}

/** Titles without empty ones; none at all where both are empty. */
function withTitle(before: ClassDef['title'], language: 'en' | 'zh', text: string): ClassDef['title'] {
  const next = { ...before, [language]: text === '' ? null : text };
  return next.en || next.zh ? next : null;
}
