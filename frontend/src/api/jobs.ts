// Calls about jobs, which every room may start.
import { client, unwrap } from './client';
import type { Job, JobLog, Page } from './types';

export const listJobs = (workspace: string, cursor?: string) =>
  unwrap<Page<Job>>(client.GET('/api/v1/workspaces/{workspace}/jobs', { params: { path: { workspace }, query: { cursor } } }));
export const getJob = (workspace: string, id: string) =>
  unwrap<Job>(client.GET('/api/v1/workspaces/{workspace}/jobs/{id}', { params: { path: { workspace, id } } }));
export const listJobLogs = (workspace: string, id: string) =>
  unwrap<Page<JobLog>>(client.GET('/api/v1/workspaces/{workspace}/jobs/{id}/logs', { params: { path: { workspace, id } } }));
export const cancelJob = (workspace: string, id: string) =>
  unwrap<unknown>(client.POST('/api/v1/workspaces/{workspace}/jobs/{id}/cancel', { params: { path: { workspace, id } }, body: {} }));
/** Where a job's server-sent events come from. */
export const jobEventsUrl = (workspace: string, id: string): string =>
  `/api/v1/workspaces/${encodeURIComponent(workspace)}/jobs/${encodeURIComponent(id)}/events`;
