// What is running in the workspace, at the foot of the navigation.
import { Loader, Popover, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { finished, listJobs } from '../../api/jobs';
import { useWorkspace } from '../session';
import { JobProgress } from './JobProgress';
import classes from './jobs.module.css';

export function JobsIndicator() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const jobs = useQuery({
    queryKey: ['jobs', workspace.slug],
    queryFn: () => listJobs(workspace.slug),
    refetchInterval: ({ state }) => (state.data?.items.some((job) => !finished(job)) ? 1500 : 10_000),
  });
  const running = jobs.data?.items.filter((job) => !finished(job)) ?? [];
  const shown = running.length > 0 ? running : (jobs.data?.items.slice(0, 3) ?? []);
  return (
    <Popover position="right-end" width={300} shadow="md" withArrow>
      <Popover.Target>
        <UnstyledButton className={classes.indicator} data-testid="jobs-indicator" data-running={running.length}>
          {running.length > 0 ? <Loader size={16} /> : <IconCircleCheck size={17} stroke={1.6} aria-hidden />}
          <Text size="xs" component="span">{running.length > 0 ? t('jobs.running', { count: running.length }) : t('jobs.idle')}</Text>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="md">
          {shown.length === 0 ? <Text size="sm" c="dimmed">{t('jobs.none')}</Text> : shown.map((job) => (
            <Link key={job.id} to={workspace.path(`jobs/${job.id}`)} className={classes.plain}><JobProgress job={job} compact /></Link>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
