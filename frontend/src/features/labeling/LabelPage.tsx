// The full-screen label page: takes tasks one after another and keeps what was submitted in this sitting to look back at.
import { Alert, Button, Center } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { getProject } from '../../api/labeling';
import type { Project } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { EarlierTask } from './EarlierTask';
import { ElsewhereTask } from './ElsewhereTask';
import { useKeptWork, type KeptWork } from './kept/KeptWork';
import { UnsentNotice } from './kept/UnsentNotice';
import { LabelTask } from './LabelTask';
import { useSitting } from './useSitting';
import { WorkHeader } from './WorkHeader';
import styles from './labeling.module.css';

export default function LabelPage() {
  const workspace = useWorkspace();
  const work = useKeptWork();
  const { project: id = '' } = useParams();
  const project = useQuery({ queryKey: ['project', workspace.slug, id], queryFn: () => getProject(workspace.slug, id), refetchInterval: 20_000 });
  if (project.data && work) return <Sitting key={id} project={project.data} work={work} />;
  if (project.error) return <ErrorNotice error={project.error} onRetry={() => void project.refetch()} page />;
  return <PageLoading />;
}

function Sitting({ project, work }: { project: Project; work: KeptWork }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const sitting = useSitting(project, work);
  const { staged, error, visited, load, pictureUrl } = sitting;
  const [back, setBack] = useState(0);
  const earlier = back > 0 ? visited[visited.length - back] : undefined;
  const step = (by: 1 | -1) => setBack((now) => Math.min(visited.length, Math.max(0, now - by)));

  if (staged && !staged.hold) return <ElsewhereTask project={project} staged={staged} count={visited.length} onTakeOver={sitting.takeHere} />;
  if (staged) {
    return (
      <>
        {/* The task stays as it is while one looks back: its draft, its undo stack, its view. */}
        <div inert={earlier !== undefined}>
          <LabelTask key={staged.turn} project={project} staged={staged} work={work} sitting={sitting} away={earlier !== undefined} onStep={step} />
        </div>
        {earlier ? <div className={styles.over}><EarlierTask key={back} project={project} visited={earlier} pictureUrl={pictureUrl} count={visited.length} onStep={step} /></div> : null}
      </>
    );
  }
  return (
    <div className={styles.screen}>
      <WorkHeader project={project} count={visited.length} onReopen={sitting.reopen} />
      <Center component="main">
        {error ? <ErrorNotice error={error} onRetry={() => void load()} /> : staged === undefined ? <div><PageLoading /><UnsentNotice /></div> : (
          <div data-testid="all-done">
            <EmptyState icon={<IconCircleCheck />} title={t('labeling.all_done')} detail={t('labeling.all_done_detail')}>
              {visited.length > 0 ? <Alert color="green" mb="md" ta="center">{t('labeling.session_count', { count: visited.length })}</Alert> : null}
              <Center><Button component={Link} to={workspace.path(`projects/${project.id}`)}>{t('labeling.back_to_project')}</Button></Center>
            </EmptyState>
          </div>
        )}
      </Center>
    </div>
  );
}
