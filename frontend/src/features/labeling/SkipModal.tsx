// Asks why a task is skipped.
import { Button, Group, Modal, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  opened: boolean;
  onClose: () => void;
  busy: boolean;
  onSkip: (reason: string) => void;
}

export function SkipModal({ opened, onClose, ...form }: Props) {
  const { t } = useTranslation();
  return <Modal opened={opened} onClose={onClose} title={t('labeling.skip')}><SkipForm {...form} /></Modal>;
}

function SkipForm({ busy, onSkip }: Pick<Props, 'busy' | 'onSkip'>) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSkip(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea label={t('labeling.skip_reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus autosize minRows={2} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSkip(reason.trim()); }} data-testid="skip-reason" />
        <Group justify="flex-end"><Button type="submit" loading={busy} data-testid="skip-confirm">{t('labeling.skip')}</Button></Group>
      </Stack>
    </form>
  );
}
