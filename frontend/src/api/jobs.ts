// Calls about jobs, which every room may start.
import { ApiError, client, unwrap } from './client';
import type { Job } from './types';

export const listJobs = (workspace: string, cursor?: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/jobs', { params: { path: { workspace }, query: { cursor } } }));
export const getJob = (workspace: string, job_id: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/jobs/{job_id}', { params: { path: { workspace, job_id } } }));
export const listJobLogs = (workspace: string, job_id: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/jobs/{job_id}/logs', { params: { path: { workspace, job_id } } }));
export const cancelJob = (workspace: string, job_id: string) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/jobs/{job_id}/cancel', { params: { path: { workspace, job_id } } }));
/** Where a job's server-sent events come from. */
export const jobEventsUrl = (workspace: string, id: string): string =>
  `/api/v1/workspaces/${encodeURIComponent(workspace)}/jobs/${encodeURIComponent(id)}/events`;

export const finished = (job: Job | undefined): boolean => job !== undefined && ['succeeded', 'failed', 'cancelled'].includes(job.state);

/** Hears how far a job is; null once it is over. */
export type OnJob = (job: Job | null) => void;

interface Answer<T> {
  data?: T | Job;
  error?: unknown;
  response: Response;
}

/** What a call answers at once; where it goes on as a job (202), what `made` makes of the job that has succeeded. */
export async function throughJob<T>(workspace: string, call: Promise<Answer<T>>, onJob: OnJob, made: (job: Job) => T | Promise<T>): Promise<T> {
  let goesOn = false;
  const body = await unwrap(call.then((answer) => {
    goesOn = answer.response.status === 202;
    return answer;
  }));
  if (!goesOn) return body as T;
  try {
    return await made(await endOf(workspace, body as Job, onJob));
  } finally {
    onJob(null);
  }
}

const LOOK_MS = 700;
/** Looks in vain that a service may be away for. */
const PATIENCE = 60;

async function endOf(workspace: string, begun: Job, onJob: OnJob): Promise<Job> {
  let job = begun;
  for (let missed = 0; !finished(job); ) {
    onJob(job);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    try {
      job = await getJob(workspace, job.id);
      missed = 0;
    } catch (cause) {
      missed += 1;
      if (!(cause instanceof ApiError) || !cause.transient || missed > PATIENCE) throw cause;
    }
  }
  if (job.state === 'succeeded') return job;
  // A refusal of the job is what the call would have been refused with.
  const code = job.state === 'cancelled' ? 'job_cancelled' : (job.error?.code ?? 'unexpected');
  throw new ApiError({ code, title: job.error?.message ?? job.message, detail: job.state === 'cancelled' ? undefined : job.error?.message, status: 409 });
}
