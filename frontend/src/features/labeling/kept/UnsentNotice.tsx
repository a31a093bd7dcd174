// Said where one waits because an answer cannot be sent: that it is safe, and what it waits for.
import { Alert, Button, Text } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useKeptWork, useOutbox } from './KeptWork';

export function UnsentNotice() {
  const { t } = useTranslation();
  const work = useKeptWork();
  const { waiting, pause } = useOutbox();
  if (waiting.length === 0 || pause === null) return null;
  return (
    <Alert color="orange" icon={<IconCloudOff size={18} />} title={t('labeling.unsent', { count: waiting.length })} maw={480} role="status" data-testid="unsent-notice">
      <Text size="sm" mb="xs">{t(`labeling.unsent_because_${pause}`)}</Text>
      <Button size="xs" variant="default" onClick={() => void work?.outbox.flush()}>{t('labeling.send_again')}</Button>
    </Alert>
  );
}
