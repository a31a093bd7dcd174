// Renews a lease while it is needed.
import { ApiError } from '../../api/client';
import { renewTask } from '../../api/labeling';

export interface Leased {
  id: string;
  assignment: { fence: number; expires_at: string };
}

const AGAIN_MS = 5_000;

/** Answers the way to stop. `onLost` is called once the lease is another's, or nobody's. */
export function keepLease(workspace: string, { id, assignment: { fence, expires_at } }: Leased, onLost: () => void): () => void {
  let timer = 0;
  let stopped = false;
  const plan = (ms: number) => {
    if (!stopped) timer = window.setTimeout(() => void renew(), ms);
  };
  const untilThird = (expires: string) => Math.max(AGAIN_MS, (new Date(expires).getTime() - Date.now()) / 3);
  const renew = async () => {
    try {
      plan(untilThird((await renewTask(workspace, id, fence)).expires_at));
    } catch (cause) {
      if (stopped) return;
      if (cause instanceof ApiError && cause.code === 'lease_lost') onLost();
      else plan(AGAIN_MS);
    }
  };
  plan(untilThird(expires_at));
  return () => {
    stopped = true;
    window.clearTimeout(timer);
  };
}
