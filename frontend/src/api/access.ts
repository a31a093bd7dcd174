// Calls of the room access: setup, session, workspaces, members, tokens.
import { client, unwrap } from './client';
import type { Role } from './types';

export const setupState = () => unwrap(client.GET('/api/v1/setup'));
export const setUp = (body: { email: string; name: string; password: string; workspace_name: string }) =>
  unwrap(client.POST('/api/v1/setup', { body }));
export const signIn = (body: { email: string; password: string }) => unwrap(client.POST('/api/v1/session', { body }));
export const signOut = () => unwrap(client.DELETE('/api/v1/session'));
export const whoAmI = () => unwrap(client.GET('/api/v1/me'));
export const createWorkspace = (body: { slug: string; name: string }) =>
  unwrap(client.POST('/api/v1/workspaces', { body }));

export const listMembers = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/members', { params: { path: { workspace } } }));
export const addMember = (workspace: string, body: { email: string; name: string; role: Role; password: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/members', { params: { path: { workspace } }, body }));
export const changeMember = (workspace: string, user_id: string, role: Role) =>
  unwrap(client.PATCH('/api/v1/workspaces/{workspace}/members/{user_id}', { params: { path: { workspace, user_id } }, body: { role } }));
export const removeMember = (workspace: string, user_id: string) =>
  unwrap(client.DELETE('/api/v1/workspaces/{workspace}/members/{user_id}', { params: { path: { workspace, user_id } } }));

export const listTokens = (workspace: string) =>
  unwrap(client.GET('/api/v1/workspaces/{workspace}/tokens', { params: { path: { workspace } } }));
export const createToken = (workspace: string, body: { name: string; role: Role; expires_at?: string }) =>
  unwrap(client.POST('/api/v1/workspaces/{workspace}/tokens', { params: { path: { workspace } }, body }));
export const revokeToken = (workspace: string, token_id: string) =>
  unwrap(client.DELETE('/api/v1/workspaces/{workspace}/tokens/{token_id}', { params: { path: { workspace, token_id } } }));
