// Starts a job of upkeep and follows it.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { finished } from '../../api/jobs';
import type { Job } from '../../api/types';
import { useJob } from '../../app/jobs/useJob';
import { useWorkspace } from '../../app/session';
import { useAction } from '../../shared/useAction';

export function useUpkeepJob() {
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id);
  const action = useAction(async (begin: Promise<Job>) => {
    setId((await begin).id);
    // The list of jobs is asked for seldom while none is known to run.
    await queries.invalidateQueries({ queryKey: ['jobs', workspace.slug] });
  });
  const busy = action.busy || (id !== null && !finished(job));
  return { job, busy, error: action.error, start: action.run };
}
