// Calls of the room access: setup, session, workspaces, members, tokens.
import { client, unwrap } from './client';
import type { ApiToken, Me, Member, Page, Role } from './types';

export const setupState = () => unwrap<{ needs_setup: boolean }>(client.GET('/api/v1/setup'));
export const setUp = (body: { email: string; name: string; password: string; workspace_name: string }) =>
  unwrap<Me>(client.POST('/api/v1/setup', { body }));
export const signIn = (body: { email: string; password: string }) => unwrap<Me>(client.POST('/api/v1/session', { body }));
export const signOut = () => unwrap<null>(client.DELETE('/api/v1/session'));
export const whoAmI = () => unwrap<Me>(client.GET('/api/v1/me'));
export const createWorkspace = (body: { slug: string; name: string }) =>
  unwrap<{ slug: string; name: string }>(client.POST('/api/v1/workspaces', { body }));

export const listMembers = (workspace: string) =>
  unwrap<Page<Member>>(client.GET('/api/v1/workspaces/{workspace}/members', { params: { path: { workspace } } }));
export const addMember = (workspace: string, body: { email: string; name: string; role: Role; password: string }) =>
  unwrap<Member>(client.POST('/api/v1/workspaces/{workspace}/members', { params: { path: { workspace } }, body }));
export const changeMember = (workspace: string, user_id: string, role: Role) =>
  unwrap<Member>(client.PATCH('/api/v1/workspaces/{workspace}/members/{user_id}', { params: { path: { workspace, user_id } }, body: { role } }));
export const removeMember = (workspace: string, user_id: string) =>
  unwrap<null>(client.DELETE('/api/v1/workspaces/{workspace}/members/{user_id}', { params: { path: { workspace, user_id } } }));

export const listTokens = (workspace: string) =>
  unwrap<Page<ApiToken>>(client.GET('/api/v1/workspaces/{workspace}/tokens', { params: { path: { workspace } } }));
export const createToken = (workspace: string, body: { name: string; role: Role; expires_at?: string }) =>
  unwrap<ApiToken & { token: string }>(client.POST('/api/v1/workspaces/{workspace}/tokens', { params: { path: { workspace } }, body }));
export const revokeToken = (workspace: string, id: string) =>
  unwrap<null>(client.DELETE('/api/v1/workspaces/{workspace}/tokens/{id}', { params: { path: { workspace, id } } }));
