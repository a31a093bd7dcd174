// Calls of the room standards.
import { client, unwrap } from './client';
import type { DraftSaved, Page, Standard, StandardSummary, StandardChange, StandardContent, StandardVersion } from './types';

export const listStandards = (workspace: string) =>
  unwrap<Page<StandardSummary>>(client.GET('/api/v1/workspaces/{workspace}/standards', { params: { path: { workspace } } }));
export const getStandard = (workspace: string, id: string) =>
  unwrap<Standard>(client.GET('/api/v1/workspaces/{workspace}/standards/{id}', { params: { path: { workspace, id } } }));
export const createStandard = (workspace: string, body: { name: string; content?: StandardContent }) =>
  unwrap<Standard>(client.POST('/api/v1/workspaces/{workspace}/standards', { params: { path: { workspace } }, body }));
export const generateStandard = (workspace: string, body: { dataset: string; ref: string; name: string }) =>
  unwrap<Standard>(client.POST('/api/v1/workspaces/{workspace}/standards/generate', { params: { path: { workspace } }, body }));
export const saveDraft = (workspace: string, id: string, revision: number, body: StandardContent) =>
  unwrap<DraftSaved>(
    client.PUT('/api/v1/workspaces/{workspace}/standards/{id}/draft', { params: { path: { workspace, id }, header: { 'If-Match': `"${revision}"` } }, body }),
  );
export const publishStandard = (workspace: string, id: string) =>
  unwrap<StandardVersion>(client.POST('/api/v1/workspaces/{workspace}/standards/{id}/publish', { params: { path: { workspace, id } }, body: {} }));
export const getStandardVersion = (workspace: string, id: string, version: number) =>
  unwrap<StandardVersion & { content: StandardContent }>(
    client.GET('/api/v1/workspaces/{workspace}/standards/{id}/versions/{version}', { params: { path: { workspace, id, version } } }),
  );
export const diffStandard = (workspace: string, id: string, query: { from: string; to: string }) =>
  unwrap<{ changes: StandardChange[] }>(client.GET('/api/v1/workspaces/{workspace}/standards/{id}/diff', { params: { path: { workspace, id }, query } }));
