// A project's dashboard: how far it is, who did what, and the ways on from here.
import { Button, Group, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChecks, IconGitCommit, IconPencil, IconSparkles } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { getProject } from '../../api/labeling';
import type { Progress, Project } from '../../api/types';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useJob } from '../../app/jobs/useJob';
import { useWorkspace } from '../../app/session';
import { colorOf } from '../../shared/colors';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { StateBadge } from '../../shared/StateBadge';
import { Bars } from '../datasets/Bars';
import { CommitModal } from './CommitModal';
import { PrelabelModal } from './PrelabelModal';
import styles from './labeling.module.css';

export default function ProjectPage() {
  const workspace = useWorkspace();
  const { project: id = '' } = useParams();
  const project = useQuery({ queryKey: ['project', workspace.slug, id], queryFn: () => getProject(workspace.slug, id), refetchInterval: 5000, refetchOnMount: 'always' });
  if (project.isPending) return <PageLoading />;
  if (project.error) return <ErrorNotice error={project.error} onRetry={() => void project.refetch()} page />;
  return <Dashboard project={project.data} />;
}

function Dashboard({ project }: { project: Project }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [prelabelling, prelabel] = useDisclosure(false);
  const [committing, commit] = useDisclosure(false);
  const here = (rest: string) => workspace.path(`projects/${project.id}/${rest}`);
  const dataset = workspace.path(`datasets/${encodeURIComponent(project.dataset)}`);
  return (
    <>
      <PageHeader
        up={{ to: workspace.path('projects'), label: t('labeling.projects') }} title={<Group gap="sm" component="span">{project.name}<StateBadge state={project.state} label={t(`labeling.state_${project.state}`)} /></Group>}
        subtitle={<><Link to={dataset}>{t('labeling.source', { dataset: project.dataset, ref: project.source_ref })}</Link> · <span className={project.query ? 'mono' : undefined}>{project.query || t('labeling.all_samples')}</span></>}
      >
        {workspace.can('manager') ? (
          <>
            <Button variant="default" leftSection={<IconSparkles size={16} />} onClick={prelabel.open} disabled={project.state !== 'active'} data-testid="prelabel">{t('labeling.prelabel')}</Button>
            <Button variant="default" leftSection={<IconGitCommit size={16} />} onClick={commit.open} disabled={!project.progress.accepted} data-testid="commit">{t('labeling.commit')}</Button>
          </>
        ) : null}
        {workspace.can('reviewer') && project.workflow.review ? <Button component={Link} to={here('review')} variant="light" leftSection={<IconChecks size={16} />} data-testid="review">{t('labeling.review_go')}{project.progress.in_review ? ` · ${project.progress.in_review}` : ''}</Button> : null}
        {workspace.can('annotator') && project.state === 'active' ? <Button component={Link} to={here('label')} leftSection={<IconPencil size={16} />} data-testid="label">{t('labeling.label')}</Button> : null}
      </PageHeader>
      <Stack gap="lg">
        {project.generating_job && project.state === 'generating' ? <Generating project={project} job={project.generating_job.id} /> : null}
        <ProgressPanels progress={project.progress} />
      </Stack>
      <PrelabelModal project={project} opened={prelabelling} onClose={prelabel.close} />
      <CommitModal project={project} opened={committing} onClose={commit.close} />
    </>
  );
}

function Generating({ project, job: id }: { project: Project; job: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const job = useJob(id, () => void queries.invalidateQueries({ queryKey: ['project', workspace.slug, project.id] }));
  return <Panel title={t('labeling.state_generating')}>{job ? <JobProgress job={job} /> : <PageLoading />}</Panel>;
}

const PARTS = [['accepted', '#2f9e6b'], ['in_review', '#dba53a'], ['returned', '#d96a3b'], ['leased', '#3f8fc9'], ['skipped', '#8b979d'], ['open', 'var(--s-line-strong)']] as const;

function ProgressPanels({ progress }: { progress: Progress }) {
  const { t } = useTranslation();
  const shown = PARTS.filter(([name]) => progress[name] > 0);
  return (
    <>
      <Panel title={t('labeling.progress')} detail={t('labeling.progress_done', { done: progress.accepted, total: progress.total })}>
        <div className={styles.stack} role="img" aria-label={t('labeling.progress_done', { done: progress.accepted, total: progress.total })} data-testid="progress-bar">
          {shown.map(([name, color]) => <div key={name} className={styles.stackPart} style={{ flexGrow: progress[name], background: color }} />)}
        </div>
        <div className={styles.legend}>
          {shown.map(([name, color]) => <span key={name} data-testid={`progress-${name}`} data-count={progress[name]}><i style={{ background: color }} /><b>{progress[name].toLocaleString()}</b>{t(`labeling.p_${name}`)}</span>)}
        </div>
      </Panel>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Panel title={t('labeling.by_class')}>
          {Object.keys(progress.by_class).length === 0 ? <Text size="sm" c="dimmed">{t('labeling.nothing_yet')}</Text> : <Bars bars={Object.entries(progress.by_class).sort(([, a], [, b]) => b - a).map(([name, count]) => ({ name, count, color: colorOf(name) }))} />}
        </Panel>
        <Panel title={t('labeling.by_annotator')}>
          {progress.by_annotator.length === 0 ? <Text size="sm" c="dimmed">{t('labeling.nothing_yet')}</Text> : (
            <Table verticalSpacing="xs" horizontalSpacing={0}>
              <Table.Thead><Table.Tr><Table.Th>{t('labeling.annotator')}</Table.Th><Table.Th ta="right">{t('labeling.submitted')}</Table.Th><Table.Th ta="right">{t('labeling.accepted')}</Table.Th><Table.Th ta="right">{t('labeling.rejected')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody className="tabular">
                {progress.by_annotator.map((each) => <Table.Tr key={each.user.email}><Table.Td>{each.user.name}</Table.Td><Table.Td ta="right">{each.submitted}</Table.Td><Table.Td ta="right">{each.accepted}</Table.Td><Table.Td ta="right">{each.rejected}</Table.Td></Table.Tr>)}
              </Table.Tbody>
            </Table>
          )}
        </Panel>
      </SimpleGrid>
      {progress.agreement ? (
        <Panel title={t('labeling.agreement')} detail={t('labeling.agreement_tasks', { count: progress.agreement.tasks })}>
          <Group gap="xl"><Text size="sm"><b className="tabular">{progress.agreement.mean.toFixed(2)}</b> {t('labeling.agreement_mean')}</Text>{progress.agreement.krippendorff_alpha == null ? null : <Text size="sm"><b className="tabular">{progress.agreement.krippendorff_alpha.toFixed(2)}</b> Krippendorff α</Text>}</Group>
        </Panel>
      ) : null}
    </>
  );
}
