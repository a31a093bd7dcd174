// Calls about jobs, which every room may start.
import { client, unwrap } from './client';

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
