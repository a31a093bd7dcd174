// Who is signed in, which workspace is open, and what the role there allows.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { Navigate, useLocation, useParams } from 'react-router';
import { setupState, whoAmI } from '../api/access';
import { ApiError, setCsrfToken } from '../api/client';
import type { Me, Role, WorkspaceMembership } from '../api/types';
import { ErrorNotice } from '../shared/ErrorNotice';
import { PageLoading } from '../shared/PageLoading';

const RANK: Record<Role, number> = { owner: 5, manager: 4, reviewer: 3, annotator: 2, viewer: 1 };

/** True if `role` is at least `needed`. */
export const allows = (role: Role, needed: Role): boolean => RANK[role] >= RANK[needed];

const SessionContext = createContext<Me | null>(null);
const WorkspaceContext = createContext<WorkspaceMembership | null>(null);

export const ME = ['me'] as const;

async function fetchMe(): Promise<Me | null> {
  try {
    const me = await whoAmI();
    setCsrfToken(me.csrf_token ?? '');
    return me;
  } catch (cause) {
    if (cause instanceof ApiError && cause.problem.status === 401) return null;
    throw cause;
  }
}

/** Takes over a fresh sign-in. */
export function useSignedIn(): (me: Me) => void {
  const client = useQueryClient();
  return (me) => {
    setCsrfToken(me.csrf_token ?? '');
    client.setQueryData(ME, me);
  };
}

export const useMe = () => useQuery({ queryKey: ME, queryFn: fetchMe, staleTime: 5 * 60_000, retry: false });

/** Shows its children to people who are signed in; others go to the sign-in page, or to the first-run page. */
export function RequireSession({ children }: { children: ReactNode }) {
  const me = useMe();
  const location = useLocation();
  const setup = useQuery({ queryKey: ['setup'], queryFn: setupState, enabled: me.data === null, retry: false });
  if (me.isPending || (me.data === null && setup.isPending)) return <PageLoading />;
  if (me.error) return <ErrorNotice error={me.error} onRetry={() => void me.refetch()} page />;
  if (!me.data) {
    if (setup.data?.needs_setup) return <Navigate to="/setup" replace />;
    return <Navigate to={`/signin?next=${encodeURIComponent(location.pathname + location.search)}`} replace />;
  }
  return <SessionContext value={me.data}>{children}</SessionContext>;
}

export function useSession(): Me {
  const me = use(SessionContext);
  if (!me) throw new Error('useSession outside RequireSession');
  return me;
}

/** Opens the workspace named in the address. */
export function WorkspaceGate({ children, missing }: { children: ReactNode; missing: ReactNode }) {
  const me = useSession();
  const { workspace } = useParams();
  const membership = me.workspaces.find((each) => each.slug === workspace);
  if (!membership) return missing;
  return <WorkspaceContext value={membership}>{children}</WorkspaceContext>;
}

export interface OpenWorkspace extends WorkspaceMembership {
  /** True if the caller's role is at least this one. */
  can: (needed: Role) => boolean;
  /** A path inside the workspace. */
  path: (rest: string) => string;
}

export function useWorkspace(): OpenWorkspace {
  const membership = use(WorkspaceContext);
  if (!membership) throw new Error('useWorkspace outside WorkspaceGate');
  return useMemo(
    () => ({ ...membership, can: (needed: Role) => allows(membership.role, needed), path: (rest: string) => `/w/${membership.slug}/${rest}` }),
    [membership],
  );
}
