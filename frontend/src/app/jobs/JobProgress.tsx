// One job as a bar with its state in words.
import { Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../api/types';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { ApiError } from '../../api/client';

const COLORS: Record<Job['state'], string> = { queued: 'gray', running: 'petrol', succeeded: 'green', failed: 'red', cancelled: 'gray' };

export function JobProgress({ job, compact = false }: { job: Job; compact?: boolean }) {
  const { t } = useTranslation();
  const { done, total } = job.progress;
  const share = job.state === 'succeeded' ? 100 : total ? Math.min(100, (done / total) * 100) : job.state === 'running' ? 100 : 0;
  const endless = job.state === 'running' && !total;
  return (
    <div data-testid="job-progress" data-state={job.state}>
      <Group justify="space-between" gap="xs" mb={4} wrap="nowrap">
        <Text size={compact ? 'xs' : 'sm'} fw={500} truncate>{t(`jobs.kind_${job.kind}`, { defaultValue: job.kind })}</Text>
        <Text size="xs" c="dimmed" className="tabular">
          {job.state === 'running' && total ? t('jobs.of_total', { done, total }) : t(`jobs.state_${job.state}`)}
        </Text>
      </Group>
      <Progress value={share} color={COLORS[job.state]} striped={endless} animated={endless} size={compact ? 'xs' : 'sm'} aria-label={t(`jobs.kind_${job.kind}`, { defaultValue: job.kind })} />
      {!compact && job.message ? <Text size="xs" c="dimmed" mt={6}>{job.message}</Text> : null}
      {!compact && job.error ? <ErrorNotice error={new ApiError({ code: job.error.code, title: t('jobs.state_failed'), detail: job.error.message, status: 500 })} /> : null}
    </div>
  );
}
