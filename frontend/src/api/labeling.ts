// Calls of the rooms labeling and review.
import { ApiError, client, problemFrom, unwrap, unwrapOrNone } from './client';
import { completeStandard } from './standard_shape';
import type { AnnotationResult, Held, WireTask, Workflow } from './types';

/** A connection that says nothing for so long is lost; the key makes sending again safe. */
const SUBMIT_WAIT_MS = 30_000;

const project = (workspace: string, id: string) => ({ params: { path: { workspace, project: id } } });
const task = (workspace: string, id: string) => ({ params: { path: { workspace, task: id } } });

export const listProjects = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/projects', { params: { path: { workspace } } }));
export const getProject = (workspace: string, id: string) => unwrap(client.GET('/api/v1/workspaces/{workspace}/projects/{project}', project(workspace, id)));
export const createProject = (
  workspace: string,
  body: { name: string; dataset: string; ref: string; query: string; standard_version_id: string; workflow: Workflow },
) => unwrap(client.POST('/api/v1/workspaces/{workspace}/projects', { params: { path: { workspace } }, body }));
export const previewProject = (workspace: string, body: { dataset: string; ref: string; query: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/projects/preview', { params: { path: { workspace } }, body }));
export const listTasks = (workspace: string, id: string, query: { state?: 'open' | 'in_review' | 'accepted' | 'skipped'; cursor?: string; limit?: number }) =>
  unwrap(
    client.GET('/api/v1/workspaces/{workspace}/projects/{project}/tasks', { params: { path: { workspace, project: id }, query } }),
  );
export const commitProject = (workspace: string, id: string, body: { branch: string; message: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/projects/{project}/commit', { ...project(workspace, id), body }));
export const prelabelProject = (workspace: string, id: string, model_version_id: string) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/projects/{project}/prelabel', { ...project(workspace, id), body: { model_version_id } }));

/** What `next` hands out is held by the caller; its standard is made complete. */
function held<T extends WireTask>(task: T | null): Held<T> | null {
  if (!task) return null;
  if (!task.assignment) throw new ApiError(problemFrom('a task was handed out without a lease', 500));
  return { ...task, assignment: task.assignment, standard: { ...task.standard, content: completeStandard(task.standard.content) } };
}

/** The next task for the caller, or null when nothing is left: one they hold already, except those named in `besides`. */
export const nextTask = async (workspace: string, id: string, besides: readonly string[] = []) => {
  const { params } = project(workspace, id);
  const query = besides.length > 0 ? { besides: besides.join(',') } : undefined;
  return held(await unwrapOrNone(client.POST('/api/v1/workspaces/{workspace}/projects/{project}/tasks/next', { params: { ...params, query } })));
};
/** A task with the caller's own lease and draft, or null where they hold it no more. */
export const taskInHand = async (workspace: string, id: string) => {
  const found = await unwrap(client.GET('/api/v1/workspaces/{workspace}/tasks/{task}', task(workspace, id)));
  return found.assignment && String(found.assignment.kind) === 'label' ? held(found) : null;
};
export const nextReview = async (workspace: string, id: string) =>
  held(await unwrapOrNone(client.POST('/api/v1/workspaces/{workspace}/projects/{project}/reviews/next', project(workspace, id))));
export const renewTask = (workspace: string, id: string, fence: number) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/tasks/{task}/renew', { ...task(workspace, id), body: { fence } }));
export const saveTaskDraft = (workspace: string, id: string, body: { fence: number; revision: number; result: AnnotationResult }) =>
  unwrap(client.PUT('/api/v1/workspaces/{workspace}/tasks/{task}/draft', { ...task(workspace, id), body }));
export const submitTask = (
  workspace: string,
  id: string,
  key: string,
  body: { fence: number; result: AnnotationResult; prediction_id?: string; lead_time_ms?: number },
) =>
  unwrap(
    client.POST('/api/v1/workspaces/{workspace}/tasks/{task}/submit', {
      params: { path: { workspace, task: id }, header: { 'Idempotency-Key': key } }, body, signal: AbortSignal.timeout(SUBMIT_WAIT_MS),
    }),
  );
export const skipTask = (workspace: string, id: string, body: { fence: number; reason?: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/tasks/{task}/skip', { ...task(workspace, id), body }));
export const releaseTask = (workspace: string, id: string, fence: number) =>
  // It is sent although the page is gone.
  unwrap(client.POST('/api/v1/workspaces/{workspace}/tasks/{task}/release', { ...task(workspace, id), body: { fence }, keepalive: true }));
export const listTaskEvents = (workspace: string, id: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/tasks/{task}/events', task(workspace, id)));
export const reviewTask = (
  workspace: string,
  id: string,
  key: string,
  body: { fence: number; annotation_id: string; decision: 'accept' | 'reject' | 'fix'; comment?: string; result?: AnnotationResult },
) =>
  unwrap(
    client.POST('/api/v1/workspaces/{workspace}/tasks/{task}/review', { params: { path: { workspace, task: id }, header: { 'Idempotency-Key': key } }, body }),
  );
