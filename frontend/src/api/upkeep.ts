// Calls of the room upkeep: what is done to the workspace's store as a whole.
import { client, unwrap } from './client';

export const checkStore = (workspace: string, body: { fast: boolean }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/store/checks', { params: { path: { workspace } }, body }));
export const collectGarbage = (workspace: string, body: { grace_hours: number; dry_run: boolean }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/store/collections', { params: { path: { workspace } }, body }));
export const eraseSamples = (workspace: string, body: { keys: string[]; reason: string; dry_run: boolean }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/store/erasures', { params: { path: { workspace } }, body }));
export const listErasures = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/store/erasures', { params: { path: { workspace } } }));
