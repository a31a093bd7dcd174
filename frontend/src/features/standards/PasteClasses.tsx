// Many classes at once: their names, one a line.
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClassDef } from '../../api/types';
import { pastedNames } from './editing';

export function PasteClasses({ opened, onClose, before, onAdd }: { opened: boolean; onClose: () => void; before: readonly ClassDef[]; onAdd: (names: string[]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const names = pastedNames(text, before);
  const lines = text.split('\n').filter((line) => line.trim() !== '').length;
  const add = () => {
    onAdd(names);
    setText('');
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('standards.paste_classes')}>
      <Stack>
        <Textarea label={t('standards.paste_label')} rows={14} value={text} onChange={(event) => setText(event.currentTarget.value)} data-autofocus data-testid="paste-text" />
        {lines > names.length ? <Text size="sm" c="dimmed">{t('standards.paste_left_out', { count: lines - names.length })}</Text> : null}
        <Group justify="flex-end"><Button disabled={names.length === 0} onClick={add} data-testid="paste-add">{t('standards.paste_add', { count: names.length })}</Button></Group>
      </Stack>
    </Modal>
  );
}
