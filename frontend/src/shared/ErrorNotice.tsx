// What went wrong, said kindly, with the code and place that help to mend it.
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertCircle, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';

interface Props {
  error: Error | null | undefined;
  onRetry?: () => void;
  /** Stands alone on a page. */
  page?: boolean;
}

/** What a person chose is no failure. */
const CHOSEN = 'job_cancelled';

export function ErrorNotice({ error, onRetry, page = false }: Props) {
  const { t, i18n } = useTranslation();
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : null;
  const known = problem && i18n.exists(`error.${problem.code}`) ? t(`error.${problem.code}`) : null;
  const title = known ?? problem?.title ?? t('error.page');
  const detail = problem?.detail && problem.detail !== title ? problem.detail : null;
  const facts = [problem?.code, problem?.place ? t('shared.place', { place: problem.place }) : null, problem?.request_id ? t('shared.request', { id: problem.request_id }) : null].filter(Boolean);
  return (
    <Alert
      color={problem?.code === CHOSEN ? 'gray' : 'red'} variant="light" role="alert" data-testid="error-notice" data-code={problem?.code ?? 'unexpected'} maw={page ? 560 : undefined} mx={page ? 'auto' : undefined} mt={page ? '12vh' : undefined}
      icon={problem?.status === 0 ? <IconPlugConnectedX /> : <IconAlertCircle />} title={title}
    >
      {detail ? <Text size="sm">{detail}</Text> : null}
      <Group justify="space-between" mt={detail ? 6 : 0} gap="xs">
        <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>{facts.join(' · ')}</Text>
        {onRetry ? <Button size="compact-sm" variant="default" onClick={onRetry}>{t('shared.retry')}</Button> : null}
      </Group>
    </Alert>
  );
}
