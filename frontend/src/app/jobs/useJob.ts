// Follows one job: server-sent events while it runs, polling where events do not come through.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { finished, getJob, jobEventsUrl } from '../../api/jobs';
import type { Job } from '../../api/types';
import { useWorkspace } from '../session';

/** The job as it stands now; `onFinish` is called once when it ends. */
export function useJob(id: string | null | undefined, onFinish?: (job: Job) => void): Job | undefined {
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const told = useRef<string | null>(null);
  const query = useQuery({
    queryKey: ['job', workspace.slug, id],
    queryFn: () => getJob(workspace.slug, id ?? ''),
    enabled: Boolean(id),
    refetchInterval: ({ state }) => (finished(state.data) ? false : 2000),
  });
  const done = finished(query.data);

  useEffect(() => {
    if (!id || done) return;
    const source = new EventSource(jobEventsUrl(workspace.slug, id));
    source.addEventListener('job', (event) => queries.setQueryData(['job', workspace.slug, id], JSON.parse((event as MessageEvent<string>).data) as Job));
    source.onerror = () => source.close();
    return () => source.close();
  }, [id, done, workspace.slug, queries]);

  const job = query.data;
  useEffect(() => {
    if (!job || !finished(job) || told.current === job.id) return;
    told.current = job.id;
    onFinish?.(job);
  });
  return job;
}
