// Calls of the rooms labeling and review.
import { ApiError, client, problemFrom, unwrap } from './client';
import type { AnnotationResult, Held, Job, Page, PreviewResult, Project, ProjectSummary, ReviewTaskView, TaskEvent, TaskView, Workflow } from './types';

const project = (workspace: string, id: string) => ({ params: { path: { workspace, id } } });

export const listProjects = (workspace: string) =>
  unwrap<Page<ProjectSummary>>(client.GET('/api/v1/workspaces/{workspace}/projects', { params: { path: { workspace } } }));
export const getProject = (workspace: string, id: string) => unwrap<Project>(client.GET('/api/v1/workspaces/{workspace}/projects/{id}', project(workspace, id)));
export const createProject = (
  workspace: string,
  body: { name: string; dataset: string; ref: string; query: string; standard_version_id: string; workflow: Workflow },
) => unwrap<Project>(client.POST('/api/v1/workspaces/{workspace}/projects', { params: { path: { workspace } }, body }));
export const previewProject = (workspace: string, body: { dataset: string; ref: string; query: string }) =>
  unwrap<PreviewResult>(client.POST('/api/v1/workspaces/{workspace}/projects/preview', { params: { path: { workspace } }, body }));
export const listTasks = (workspace: string, id: string, query: { state?: string; cursor?: string; limit?: number }) =>
  unwrap<Page<{ id: string; seq: number; sample_key: string; state: string; returned: boolean; updated_at: string }>>(
    client.GET('/api/v1/workspaces/{workspace}/projects/{id}/tasks', { params: { path: { workspace, id }, query } }),
  );
export const commitProject = (workspace: string, id: string, body: { branch: string; message: string }) =>
  unwrap<Job>(client.POST('/api/v1/workspaces/{workspace}/projects/{id}/commit', { ...project(workspace, id), body }));
export const prelabelProject = (workspace: string, id: string, model_version_id: string) =>
  unwrap<Job>(client.POST('/api/v1/workspaces/{workspace}/projects/{id}/prelabel', { ...project(workspace, id), body: { model_version_id } }));

/** What `next` hands out is held by the caller. */
function held<T extends TaskView>(task: T | null): Held<T> | null {
  if (task && !task.assignment) throw new ApiError(problemFrom('a task was handed out without a lease', 500));
  return task as Held<T> | null;
}

/** The next task for the caller, or null when nothing is left. */
export const nextTask = async (workspace: string, id: string) =>
  held(await unwrap<TaskView | null>(client.POST('/api/v1/workspaces/{workspace}/projects/{id}/tasks/next', { ...project(workspace, id), body: {} })));
export const nextReview = async (workspace: string, id: string) =>
  held(await unwrap<ReviewTaskView | null>(client.POST('/api/v1/workspaces/{workspace}/projects/{id}/reviews/next', { ...project(workspace, id), body: {} })));
export const renewTask = (workspace: string, id: string, fence: number) =>
  unwrap<{ expires_at: string }>(client.POST('/api/v1/workspaces/{workspace}/tasks/{id}/renew', { ...project(workspace, id), body: { fence } }));
export const saveTaskDraft = (workspace: string, id: string, body: { fence: number; revision: number; result: AnnotationResult }) =>
  unwrap<{ revision: number; saved_at: string }>(client.PUT('/api/v1/workspaces/{workspace}/tasks/{id}/draft', { ...project(workspace, id), body }));
export const submitTask = (
  workspace: string,
  id: string,
  key: string,
  body: { fence: number; result: AnnotationResult; prediction_id?: string; lead_time_ms?: number },
) =>
  unwrap<{ annotation_id: string; task_state: string }>(
    client.POST('/api/v1/workspaces/{workspace}/tasks/{id}/submit', { params: { path: { workspace, id }, header: { 'Idempotency-Key': key } }, body }),
  );
export const skipTask = (workspace: string, id: string, body: { fence: number; reason?: string }) =>
  unwrap<unknown>(client.POST('/api/v1/workspaces/{workspace}/tasks/{id}/skip', { ...project(workspace, id), body }));
export const releaseTask = (workspace: string, id: string, fence: number) =>
  unwrap<unknown>(client.POST('/api/v1/workspaces/{workspace}/tasks/{id}/release', { ...project(workspace, id), body: { fence } }));
export const listTaskEvents = (workspace: string, id: string) =>
  unwrap<Page<TaskEvent>>(client.GET('/api/v1/workspaces/{workspace}/tasks/{id}/events', project(workspace, id)));
export const reviewTask = (
  workspace: string,
  id: string,
  key: string,
  body: { fence: number; annotation_id: string; decision: 'accept' | 'reject' | 'fix'; comment?: string; result?: AnnotationResult },
) =>
  unwrap<unknown>(
    client.POST('/api/v1/workspaces/{workspace}/tasks/{id}/review', { params: { path: { workspace, id }, header: { 'Idempotency-Key': key } }, body }),
  );
