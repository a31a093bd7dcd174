// Calls of the room standards.
import { client, unwrap } from './client';
import { completeStandard, wireStandard } from './standard_shape';
import type { Standard, StandardContent, WireStandard } from './types';

const complete = <T extends { draft: WireStandard }>(standard: T) => ({ ...standard, draft: completeStandard(standard.draft) });

export const listStandards = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/standards', { params: { path: { workspace } } }));
export const getStandard = async (workspace: string, id: string): Promise<Standard> =>
  complete(await unwrap(client.GET('/api/v1/workspaces/{workspace}/standards/{standard}', { params: { path: { workspace, standard: id } } })));
export const createStandard = (workspace: string, body: { name: string; content: StandardContent }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/standards', { params: { path: { workspace } }, body: { ...body, content: wireStandard(body.content) } }));
export const generateStandard = (workspace: string, body: { dataset: string; ref: string; name: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/standards/generate', { params: { path: { workspace } }, body }));
export const saveDraft = (workspace: string, id: string, revision: number, body: StandardContent) =>
  unwrap(
    client.PUT('/api/v1/workspaces/{workspace}/standards/{standard}/draft', { params: { path: { workspace, standard: id }, header: { 'If-Match': `"${revision}"` } }, body: wireStandard(body) }),
  );
export const publishStandard = (workspace: string, id: string) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/standards/{standard}/publish', { params: { path: { workspace, standard: id } } }));
export const getStandardVersion = async (workspace: string, id: string, version: number): Promise<StandardContent> =>
  completeStandard((await unwrap(
    client.GET('/api/v1/workspaces/{workspace}/standards/{standard}/versions/{version}', { params: { path: { workspace, standard: id, version } } }),
  )).content);
export const diffStandard = (workspace: string, id: string, query: { from: string; to: string }) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/standards/{standard}/diff', { params: { path: { workspace, standard: id }, query } }));
