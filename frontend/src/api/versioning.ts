// Calls of the room versioning: refs, history, comparisons, merges, lineage.
import { client, unwrap } from './client';
import { throughJob, type OnJob } from './jobs';
import type { GateReport, MergeResult, Protection, Resolution } from './types';

const at = (workspace: string, dataset: string) => ({ path: { workspace, dataset } });
const ifMatch = (commit: string) => ({ header: { 'If-Match': `"${commit}"` } });

export const listRefs = (workspace: string, dataset: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/refs', { params: at(workspace, dataset) }));
export const createBranch = (workspace: string, dataset: string, body: { name: string; from: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/branches', { params: at(workspace, dataset), body }));
export const createTag = (workspace: string, dataset: string, body: { name: string; at: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/tags', { params: at(workspace, dataset), body }));
/** Deletes a branch if it is still at `commit`. */
export const deleteBranch = (workspace: string, dataset: string, name: string, commit: string) =>
  unwrap(client.DELETE('/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}', { params: { path: { workspace, dataset, name } }, headers: { 'If-Match': `"${commit}"` } }));
export const deleteTag = (workspace: string, dataset: string, name: string) =>
  unwrap(client.DELETE('/api/v1/workspaces/{workspace}/datasets/{dataset}/tags/{name}', { params: { path: { workspace, dataset, name } } }));
export const renameBranch = (workspace: string, dataset: string, name: string, to: string) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}/rename', { params: { path: { workspace, dataset, name } }, body: { name: to } }));
/** Moves a branch from one commit to another; refused when it is elsewhere by now. */
export const moveBranch = (workspace: string, dataset: string, name: string, from: string, to: string) =>
  unwrap(client.PUT('/api/v1/workspaces/{workspace}/datasets/{dataset}/branches/{name}', { params: { path: { workspace, dataset, name }, ...ifMatch(from) }, body: { to } }));

/** Commits newest first: behind `ref`, or behind every branch and tag. */
export const listGraph = (workspace: string, dataset: string, query: { ref?: string; cursor?: string; limit?: number }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/graph', { params: { ...at(workspace, dataset), query } }));
export const getCommit = (workspace: string, dataset: string, hash: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/commits/{hash}', { params: { path: { workspace, dataset, hash } } }));

export const compareVersions = (workspace: string, dataset: string, query: { a: string; b: string }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/compare', { params: { ...at(workspace, dataset), query } }));
export const listSampleDiffs = (
  workspace: string,
  dataset: string,
  query: { a: string; b: string; kind?: string; layer?: string; class?: string; cursor?: string; limit?: number },
) => unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/diff/samples', { params: { ...at(workspace, dataset), query } }));

/** A merge of `from` into a branch, or a revert of `commit` on it. */
export type Joining = { into: string; from: string } | { branch: string; commit: string };

/** Conflicts that remain after the settlements go to one side. */
export type Rest = 'ours' | 'theirs' | null;

interface Settlement {
  resolutions: Resolution[];
  rest: Rest;
}

/** What a merge or revert would come to, with a page of its conflicts. */
export const previewJoining = (workspace: string, dataset: string, joining: Joining, cursor: string | null) =>
  'into' in joining
    ? unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/merge/preview', { params: at(workspace, dataset), body: { ...joining, cursor } }))
    : unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/revert/preview', { params: at(workspace, dataset), body: { ...joining, cursor } }));

/** Makes the merge or revert if the branch is still at `head`. */
export const completeJoining = (workspace: string, dataset: string, joining: Joining, { resolutions, rest, message, head }: Settlement & { message: string; head: string }, onJob: OnJob) => {
  const params = { ...at(workspace, dataset), ...ifMatch(head) };
  const settled = { resolutions, policies: rest ? [rest] : [], message: message || null };
  const call = 'into' in joining
    ? client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/merges', { params, body: { ...joining, ...settled } })
    : client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/reverts', { params, body: { ...joining, ...settled } });
  return throughJob<MergeResult>(workspace, call, onJob, (job) => job.result as MergeResult);
};

/** Who or what each label of a sample comes from. */
export const getBlame = (workspace: string, dataset: string, query: { ref: string; key: string }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/blame', { params: { ...at(workspace, dataset), query } }));

/** The rules for branches, with the mark that a change of them must carry. */
export async function getProtection(workspace: string, dataset: string): Promise<{ protection: Protection; etag: string }> {
  let etag = '';
  const protection = await unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/protection', { params: at(workspace, dataset) }).then((answer) => {
    etag = answer.response.headers.get('etag') ?? '';
    return answer;
  }));
  return { protection, etag };
}
export const putProtection = (workspace: string, dataset: string, protection: Protection, etag: string) =>
  unwrap(client.PUT('/api/v1/workspaces/{workspace}/datasets/{dataset}/protection', { params: { ...at(workspace, dataset), header: { 'If-Match': etag } }, body: protection }));
/** What the gates said about a version; no results where none was asked. */
export const getGateReport = (workspace: string, dataset: string, ref: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/gates', { params: { ...at(workspace, dataset), query: { ref } } }));
/** Asks a branch's gates about a version, and answers what they said. */
export const askGates = (workspace: string, dataset: string, body: { branch: string; ref: string }, onJob: OnJob) =>
  throughJob<GateReport>(workspace, client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/gates', { params: at(workspace, dataset), body }), onJob, () => getGateReport(workspace, dataset, body.ref));
