// A job that stands in for an answer: how far it is, its log, and the way to stop it.
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { cancelJob } from '../../api/jobs';
import type { Job } from '../../api/types';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { Panel } from '../../shared/Panel';
import { useAction } from '../../shared/useAction';
import { useWorkspace } from '../session';
import { JobProgress } from './JobProgress';

export function RunningJob({ job }: { job: Job | null }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const cancel = useAction((id: string) => cancelJob(workspace.slug, id));
  const id = job?.id;
  // The list of jobs is asked for seldom while none is known to run.
  useEffect(() => void queries.invalidateQueries({ queryKey: ['jobs', workspace.slug] }), [id, queries, workspace.slug]);
  if (!job) return null;
  return (
    <Panel>
      <div data-testid="running-job" data-kind={job.kind} data-state={job.state}>
        <JobProgress job={job} />
        <Group justify="space-between" mt="sm" gap="sm">
          <Text size="sm" c="dimmed" role="status">{t('jobs.goes_on')}</Text>
          <Group gap="sm">
            <Anchor component={Link} to={workspace.path(`jobs/${job.id}`)} size="sm" data-testid="job-log">{t('jobs.open_log')}</Anchor>
            {workspace.can('manager') ? <Button variant="default" size="compact-sm" onClick={() => void cancel.run(job.id)} loading={cancel.busy} data-testid="cancel-job">{t('jobs.cancel')}</Button> : null}
          </Group>
        </Group>
        <ErrorNotice error={cancel.error} />
      </div>
    </Panel>
  );
}
