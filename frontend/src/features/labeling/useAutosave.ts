// The draft of the task under the hand: kept here and in the service, and how that stands.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import { saveTaskDraft } from '../../api/labeling';
import type { TaskView } from '../../api/types';
import type { Answer } from './document';
import { DraftSync, type SaveOutcome, type SaveState } from './kept/draft_sync';
import type { KeptWork } from './kept/KeptWork';

interface Options {
  workspace: string;
  task: TaskView;
  work: KeptWork;
  answer: Answer;
  /** What the service has. */
  stored: Answer;
  enabled: boolean;
  onLeaseLost: () => void;
}

export function useAutosave({ workspace, task, work, answer, stored, enabled, onLeaseLost }: Options) {
  const [state, setState] = useState<SaveState>('saved');
  const lost = useRef(onLeaseLost);
  const current = useRef(answer);
  const sync = useRef<DraftSync | null>(null);
  useEffect(() => {
    lost.current = onLeaseLost;
    current.current = answer;
  });

  const first = useRef({ revision: task.draft?.revision ?? 0, stored });
  const { fence } = task.assignment;
  useEffect(() => {
    const { user, store } = work;
    const made = new DraftSync(
      {
        save: (revision, draft) => saveTaskDraft(workspace, task.id, { fence, revision, result: { items: [...draft] } }).then(({ revision: next }) => ({ kind: 'saved', revision: next }), outcomeOf),
        keep: async (revision, draft) => {
          await store.putDraft({ user, task: task.id, fence, revision, items: [...draft], saved_at: Date.now() });
          return store.lasting;
        },
        forget: () => store.dropDrafts(user, task.id),
        later: (ms, run) => {
          const timer = window.setTimeout(run, ms);
          return () => window.clearTimeout(timer);
        },
        onState: setState,
        onLost: () => lost.current(),
      },
      first.current.revision,
      first.current.stored,
    );
    sync.current = made;
    made.change(current.current);
    return () => made.stop();
  }, [workspace, task.id, fence, work]);

  useEffect(() => {
    if (enabled) sync.current?.change(answer);
    else sync.current?.stop();
  }, [answer, enabled]);

  // Whoever turns to another window may close this one.
  useEffect(() => {
    const hidden = () => {
      if (document.visibilityState === 'hidden') void sync.current?.flush();
    };
    document.addEventListener('visibilitychange', hidden);
    return () => document.removeEventListener('visibilitychange', hidden);
  }, []);

  /** Saves now what is not yet stored. */
  const flush = useCallback(() => sync.current?.flush() ?? Promise.resolve(), []);
  const stop = useCallback(() => sync.current?.stop(), []);
  const resume = useCallback(() => sync.current?.resume(), []);
  const rebase = useCallback((revision: number, has: Answer, next?: Answer) => sync.current?.rebase(revision, has, next), []);
  return { state, flush, stop, resume, rebase };
}

function outcomeOf(cause: unknown): SaveOutcome {
  const problem = cause instanceof ApiError ? cause.problem : null;
  if (problem?.code === 'lease_lost') return { kind: 'lost' };
  return { kind: problem?.code === 'draft_stale' ? 'stale' : 'later' };
}
