// The full-screen review page: takes submitted annotations one after another.
import { Button, Center } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { mediaUrl } from '../../api/datasets';
import { getProject, nextReview, releaseTask } from '../../api/labeling';
import type { Project, ReviewTaskView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { WorkHeader } from '../labeling/WorkHeader';
import styles from '../labeling/labeling.module.css';
import { ReviewTask } from './ReviewTask';

export default function ReviewPage() {
  const workspace = useWorkspace();
  const { project: id = '' } = useParams();
  const project = useQuery({ queryKey: ['project', workspace.slug, id], queryFn: () => getProject(workspace.slug, id) });
  if (project.isPending) return <PageLoading />;
  if (project.error) return <ErrorNotice error={project.error} onRetry={() => void project.refetch()} page />;
  return <Sitting key={id} project={project.data} />;
}

function Sitting({ project }: { project: Project }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [task, setTask] = useState<ReviewTaskView | null | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const [count, setCount] = useState(0);
  const held = useRef<ReviewTaskView | null>(null);
  const load = useCallback(async () => {
    setError(null);
    try {
      const next = await nextReview(workspace.slug, project.id);
      held.current = next;
      setTask(next);
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }, [workspace.slug, project.id]);
  useEffect(() => {
    void load();
    return () => {
      const last = held.current;
      held.current = null;
      if (last) void releaseTask(workspace.slug, last.id, last.assignment.fence).catch(() => undefined);
    };
  }, [load, workspace.slug]);
  const done = async (counted: boolean) => {
    held.current = null;
    if (counted) setCount((before) => before + 1);
    void queries.invalidateQueries({ queryKey: ['project', workspace.slug, project.id] });
    await load();
  };
  const pictureUrl = (sampleKey: string, field: string) => mediaUrl(workspace.slug, project.dataset, { ref: project.source_commit, key: sampleKey, field, size: 'full' });
  if (task) return <ReviewTask key={`${task.id}/${task.assignment.fence}`} project={project} task={task} count={count} loadError={error} pictureUrl={pictureUrl} onDone={done} />;
  return (
    <div className={styles.screen}>
      <WorkHeader project={project} count={count} title={t('review.title')} />
      <Center>
        {error ? <ErrorNotice error={error} onRetry={() => void load()} /> : task === undefined ? <PageLoading /> : (
          <div data-testid="review-done">
            <EmptyState icon={<IconCircleCheck />} title={t('review.none')} detail={t('review.none_detail')}>
              <Button component={Link} to={workspace.path(`projects/${project.id}`)}>{t('labeling.back_to_project')}</Button>
            </EmptyState>
          </div>
        )}
      </Center>
    </div>
  );
}
