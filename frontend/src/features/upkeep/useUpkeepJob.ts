// Starts a job of upkeep and follows it.
import { useState } from 'react';
import { finished } from '../../api/jobs';
import type { Job } from '../../api/types';
import { useJob } from '../../app/jobs/useJob';
import { useAction } from '../../shared/useAction';

export function useUpkeepJob() {
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id);
  const action = useAction(async (begin: Promise<Job>) => setId((await begin).id));
  const busy = action.busy || (id !== null && !finished(job));
  return { job, busy, error: action.error, start: action.run };
}
