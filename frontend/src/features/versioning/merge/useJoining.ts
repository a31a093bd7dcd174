// The preview of a merge or revert with its conflicts, the settlements of them, and their completion.
import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { canRedo, canUndo, execute, redo, startHistory, undo, type Command } from '../../../canvas/history';
import { ApiError } from '../../../api/client';
import type { Job, MergeConflict, MergePreview, MergeResult } from '../../../api/types';
import { completeJoining, previewJoining, type Joining } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import { useAction } from '../../../shared/useAction';
import { carryOver, conflictId, NOTHING, resolutions, restoreChoices, storeChoices, type Choices, type Settled } from './settling';

/** Codes that say that the branch is not where the preview saw it. */
const MOVED = ['precondition_failed', 'ref_moved', 'merge_conflicts'];

export const hasMoved = (error: Error | null): boolean => error instanceof ApiError && MOVED.includes(error.code);

export interface Previewed {
  preview: MergePreview;
  /** As many as are loaded. */
  conflicts: MergeConflict[];
}

/** Conflicts come in pages. */
export function usePreview(dataset: string, joining: Joining) {
  const workspace = useWorkspace();
  const query = useInfiniteQuery({
    queryKey: ['joining', workspace.slug, dataset, joining],
    queryFn: ({ pageParam }) => previewJoining(workspace.slug, dataset, joining, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    staleTime: Infinity, gcTime: 0, retry: false,
  });
  const previewed = useMemo(() => previewedOf(query.data), [query.data]);
  return { ...query, previewed };
}

function previewedOf(data: InfiniteData<MergePreview> | undefined): Previewed | null {
  const preview = data?.pages[0];
  if (!preview) return null;
  const known = new Map(data.pages.flatMap((page) => page.conflicts).map((conflict) => [conflictId(conflict), conflict]));
  return { preview, conflicts: [...known.values()] };
}

const storageKey = (slug: string, dataset: string, joining: Joining): string => `strata.settling.${JSON.stringify([slug, dataset, ...Object.values(joining)])}`;

/** What was settled earlier for this merge, as far as it still fits. */
export function useSettling(dataset: string, joining: Joining, { conflicts }: Previewed) {
  const workspace = useWorkspace();
  const key = storageKey(workspace.slug, dataset, joining);
  const [restored] = useState(() => carryOver(restoreChoices(localStorage.getItem(key)), conflicts));
  const [history, setHistory] = useState(() => startHistory<Settled>({ ...NOTHING, choices: restored.kept }));
  useEffect(() => {
    if (history.state.choices.size > 0) localStorage.setItem(key, storeChoices(history.state.choices));
    else localStorage.removeItem(key);
  }, [key, history.state]);
  return {
    settled: history.state,
    /** Choices taken back because their conflict is another one now. */
    lost: restored.lost,
    kept: restored.kept.size,
    put: (command: Command<Settled>) => setHistory((before) => execute(before, command)),
    undo: () => setHistory(undo),
    redo: () => setHistory(redo),
    canUndo: canUndo(history),
    canRedo: canRedo(history),
    forget: () => localStorage.removeItem(key),
  };
}

/** Makes the merge as it was settled; `job` is set while that goes on as a job. */
export function useCompletion(dataset: string, joining: Joining, { preview, conflicts }: Previewed, onDone: (result: MergeResult) => void) {
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [job, setJob] = useState<Job | null>(null);
  const action = useAction(async (choices: Choices, rest: Settled['rest'], message: string) => {
    // What was looked at is what is merged, wherever the name points by now.
    const exact = 'into' in joining ? { into: joining.into, from: preview.theirs } : joining;
    const result = await completeJoining(workspace.slug, dataset, exact, { resolutions: resolutions(conflicts, choices), rest, message, head: preview.ours }, setJob);
    await Promise.all(['refs', 'commits', 'commit', 'dataset', 'samples', 'compare', 'diff'].map((key) => queries.invalidateQueries({ queryKey: [key, workspace.slug, dataset] })));
    onDone(result);
  });
  return { ...action, job };
}
