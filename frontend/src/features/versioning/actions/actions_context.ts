// What can be done with commits, branches and tags, from wherever they are shown.
import { createContext, use } from 'react';
import type { Ref } from '../../../api/types';

export type RefKind = 'branch' | 'tag';

export interface Actions {
  /** Opens the comparison of two versions. */
  compare: (a: string, b: string) => void;
  /** Opens the merge of `from`; into which branch is asked where it is not given. */
  merge: (from: string, into?: string) => void;
  /** Opens the revert of a commit on a branch. */
  revert: (commit: string) => void;
  /** Asks for a name, then makes the ref. */
  create: (kind: RefKind, at: string) => void;
  rename: (branch: Ref) => void;
  /** Asks, then deletes; can be taken back. */
  remove: (kind: RefKind, ref: Ref) => void;
}

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = use(ActionsContext);
  if (!actions) throw new Error('useActions outside ActionsContext');
  return actions;
}
