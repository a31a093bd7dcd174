// Every job of the workspace, with its progress, error and log.
import { Button, Drawer, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { cancelJob, finished, listJobLogs, listJobs } from '../../api/jobs';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { StateBadge } from '../../shared/StateBadge';
import { When } from '../../shared/When';
import { useAction } from '../../shared/useAction';
import { ImportReport } from '../../features/datasets/ImportReport';
import { useWorkspace } from '../session';
import { JobProgress } from './JobProgress';
import { useJob } from './useJob';
import classes from './jobs.module.css';

export default function JobsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { job: open } = useParams();
  const jobs = useQuery({ queryKey: ['jobs', workspace.slug], queryFn: () => listJobs(workspace.slug) });
  const show = (id: string) => void navigate(workspace.path(`jobs/${id}`));
  return (
    <>
      <PageHeader title={t('jobs.title')} subtitle={t('jobs.subtitle')} />
      {jobs.isPending ? <PageLoading /> : jobs.error ? <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} /> : jobs.data.items.length === 0 ? (
        <EmptyState icon={<IconListDetails />} title={t('jobs.none')} detail={t('jobs.none_detail')} />
      ) : (
        <Panel flush>
          <Table.ScrollContainer minWidth={560}>
          <Table highlightOnHover>
            <Table.Thead><Table.Tr><Table.Th>{t('jobs.kind')}</Table.Th><Table.Th>{t('jobs.state')}</Table.Th><Table.Th>{t('jobs.progress')}</Table.Th><Table.Th>{t('jobs.started')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {jobs.data.items.map((job) => (
                <Table.Tr key={job.id} onClick={() => show(job.id)} style={{ cursor: 'pointer' }}>
                  <Table.Td><UnstyledButton fz="sm" fw={500} onClick={() => show(job.id)}>{t(`jobs.kind_${job.kind}`, { defaultValue: job.kind })}</UnstyledButton></Table.Td>
                  <Table.Td><StateBadge state={job.state} label={t(`jobs.state_${job.state}`)} /></Table.Td>
                  <Table.Td className="tabular"><Text size="sm" c="dimmed">{job.progress.total ? t('jobs.of_total', job.progress as { done: number; total: number }) : ((!finished(job) && job.message) || '–')}</Text></Table.Td>
                  <Table.Td><When at={job.created_at} /></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          </Table.ScrollContainer>
        </Panel>
      )}
      <Drawer opened={Boolean(open)} onClose={() => void navigate(workspace.path('jobs'))} position="right" size="lg" title={t('jobs.details')}>
        {open ? <JobDetails id={open} /> : null}
      </Drawer>
    </>
  );
}

function JobDetails({ id }: { id: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const job = useJob(id);
  const logs = useQuery({ queryKey: ['job-logs', workspace.slug, id, job?.state, job?.progress.done], queryFn: () => listJobLogs(workspace.slug, id), enabled: Boolean(job), placeholderData: (before) => before });
  const cancel = useAction(async () => {
    await cancelJob(workspace.slug, id);
    await queries.invalidateQueries({ queryKey: ['job', workspace.slug, id] });
  });
  if (!job) return <PageLoading />;
  return (
    <Stack gap="lg">
      <JobProgress job={job} />
      {!finished(job) && workspace.can('manager') ? <Group><Button variant="default" onClick={() => void cancel.run()} loading={cancel.busy}>{t('jobs.cancel')}</Button></Group> : null}
      <ErrorNotice error={cancel.error} />
      {job.kind === 'import' && finished(job) ? <ImportReport job={job} /> : null}
      {job.result ? <div><Text size="sm" fw={600} mb={6}>{t('jobs.result')}</Text><pre className={classes.log}>{JSON.stringify(job.result, null, 2)}</pre></div> : null}
      <div>
        <Text size="sm" fw={600} mb={6}>{t('jobs.logs')}</Text>
        {logs.data && logs.data.items.length > 0 ? <pre className={classes.log}>{logs.data.items.map((line) => `${line.at.slice(11, 19)}  ${line.text}`).join('\n')}</pre> : <Text size="sm" c="dimmed">{t('jobs.no_logs')}</Text>}
      </div>
    </Stack>
  );
}
