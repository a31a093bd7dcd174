// Calls of the room versioning: refs, commits, diffs.
import { client, unwrap } from './client';

export const listRefs = (workspace: string, dataset: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/refs', { params: { path: { workspace, dataset } } }));
export const createBranch = (workspace: string, dataset: string, body: { name: string; from: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/branches', { params: { path: { workspace, dataset } }, body }));
export const createTag = (workspace: string, dataset: string, body: { name: string; at: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/datasets/{dataset}/tags', { params: { path: { workspace, dataset } }, body }));
export const listCommits = (workspace: string, dataset: string, query: { ref: string; cursor?: string; limit?: number }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/commits', { params: { path: { workspace, dataset }, query } }));
export const getDiff = (workspace: string, dataset: string, query: { a: string; b: string; cursor?: string; limit?: number }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/datasets/{dataset}/diff', { params: { path: { workspace, dataset }, query } }));
