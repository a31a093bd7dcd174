// The full-screen label page: takes tasks one after another and keeps what was submitted in this sitting to look back at.
import { Alert, Button, Center } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { mediaUrl } from '../../api/datasets';
import { getProject, nextTask, releaseTask } from '../../api/labeling';
import type { Project, TaskView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import type { Answer } from './document';
import { EarlierTask } from './EarlierTask';
import { LabelTask } from './LabelTask';
import { WorkHeader } from './WorkHeader';
import { loadImage } from './useImage';
import styles from './labeling.module.css';

export interface Visited {
  task: TaskView;
  answer: Answer;
}

export default function LabelPage() {
  const workspace = useWorkspace();
  const { project: id = '' } = useParams();
  const project = useQuery({ queryKey: ['project', workspace.slug, id], queryFn: () => getProject(workspace.slug, id), refetchInterval: 20_000 });
  if (project.isPending) return <PageLoading />;
  if (project.error) return <ErrorNotice error={project.error} onRetry={() => void project.refetch()} page />;
  return <Sitting key={id} project={project.data} />;
}

function Sitting({ project }: { project: Project }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [task, setTask] = useState<TaskView | null | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const [waiting, setWaiting] = useState(false);
  const [visited, setVisited] = useState<Visited[]>([]);
  const [back, setBack] = useState(0);
  const held = useRef<TaskView | null>(null);

  const pictureUrl = useCallback(
    (sampleKey: string, field: string) => mediaUrl(workspace.slug, project.dataset, { ref: project.source_commit, key: sampleKey, field, size: 'full' }),
    [workspace.slug, project.dataset, project.source_commit],
  );
  const load = useCallback(async () => {
    setWaiting(true);
    setError(null);
    try {
      const next = await nextTask(workspace.slug, project.id);
      // The picture is ready before the task takes the stage, so that it never flickers.
      if (next) await Promise.race([Promise.all(pictureFields(next).map((field) => loadImage(pictureUrl(next.sample.key, field)).catch(() => null))), pause(1500)]);
      held.current = next;
      setTask(next);
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setWaiting(false);
    }
  }, [workspace.slug, project.id, pictureUrl]);

  useEffect(() => {
    void load();
    return () => {
      // Whoever leaves the page lets go of the task; its draft stays.
      const last = held.current;
      held.current = null;
      if (last) void releaseTask(workspace.slug, last.id, last.assignment.fence).catch(() => undefined);
    };
  }, [load, workspace.slug]);

  const done = async (answer: Answer | null) => {
    held.current = null;
    if (task && answer) setVisited((before) => [...before, { task, answer }]);
    void queries.invalidateQueries({ queryKey: ['project', workspace.slug, project.id] });
    await load();
  };
  const earlier = back > 0 ? visited[visited.length - back] : undefined;
  const step = (by: 1 | -1) => setBack((now) => Math.min(visited.length, Math.max(0, now - by)));
  const projectPath = workspace.path(`projects/${project.id}`);

  if (task && earlier) return <EarlierTask key={`earlier/${back}`} project={project} visited={earlier} pictureUrl={pictureUrl} count={visited.length} onStep={step} />;
  if (task) {
    return (
      <LabelTask
        key={`${task.id}/${task.assignment.fence}`} project={project} task={task} count={visited.length} waiting={waiting} loadError={error} onLoad={() => void load()}
        pictureUrl={pictureUrl} onDone={done} onStep={step} onLost={() => { held.current = null; }}
      />
    );
  }
  return (
    <div className={styles.screen}>
      <WorkHeader project={project} count={visited.length} />
      <Center>
        {error ? <ErrorNotice error={error} onRetry={() => void load()} /> : task === undefined ? <PageLoading /> : (
          <div data-testid="all-done">
            <EmptyState icon={<IconCircleCheck />} title={t('labeling.all_done')} detail={t('labeling.all_done_detail')}>
              {visited.length > 0 ? <Alert color="green" mb="md" ta="center">{t('labeling.session_count', { count: visited.length })}</Alert> : null}
              <Center><Button component={Link} to={projectPath}>{t('labeling.back_to_project')}</Button></Center>
            </EmptyState>
          </div>
        )}
      </Center>
    </div>
  );
}

export function pictureFields(task: TaskView): string[] {
  return Object.entries(task.sample.fields).filter(([, field]) => 'blob' in field && field.blob.media_type.startsWith('image/')).map(([name]) => name);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
