// Sends the draft within a second of the last change, one request at a time, and says how it stands.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import { saveTaskDraft } from '../../api/labeling';
import type { TaskView } from '../../api/types';
import type { Answer } from './document';

export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict';

const WAIT_MS = 600;
const AGAIN_MS = 3000;

interface Options {
  workspace: string;
  task: TaskView;
  answer: Answer;
  enabled: boolean;
  onLeaseLost: () => void;
}

export function useAutosave({ workspace, task, answer, enabled, onLeaseLost }: Options) {
  const [state, setState] = useState<SaveState>('saved');
  const stored = useRef<Answer>(answer);
  const revision = useRef(task.draft?.revision ?? 0);
  const current = useRef(answer);
  const busy = useRef(false);
  const stopped = useRef(false);
  const timer = useRef(0);
  const lost = useRef(onLeaseLost);
  const send = useRef<() => Promise<void>>(() => Promise.resolve());

  useEffect(() => {
    current.current = answer;
    lost.current = onLeaseLost;
  });

  const schedule = useCallback((delay: number) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void send.current(), delay);
  }, []);

  useEffect(() => {
    stopped.current = false;
    send.current = async () => {
      if (busy.current || stopped.current || current.current === stored.current) return;
      busy.current = true;
      const sending = current.current;
      setState('saving');
      try {
        const answered = await saveTaskDraft(workspace, task.id, { fence: task.assignment.fence, revision: revision.current, result: { items: [...sending] } });
        revision.current = answered.revision;
        stored.current = sending;
        setState(current.current === sending ? 'saved' : 'unsaved');
        if (current.current !== sending) schedule(WAIT_MS);
      } catch (cause) {
        const problem = cause instanceof ApiError ? cause.problem : null;
        if (problem?.code === 'lease_lost') lost.current();
        else if (problem?.status === 409 || problem?.status === 412) setState('conflict');
        else {
          setState('failed');
          schedule(AGAIN_MS);
        }
      } finally {
        busy.current = false;
      }
    };
    return () => {
      stopped.current = true;
      window.clearTimeout(timer.current);
    };
  }, [workspace, task.id, task.assignment.fence, schedule]);

  useEffect(() => {
    if (!enabled || answer === stored.current) return;
    setState('unsaved');
    schedule(WAIT_MS);
  }, [answer, enabled, schedule]);

  /** Sends now what is not yet stored. */
  const flush = useCallback(() => schedule(0), [schedule]);
  /** No draft leaves any more: the answer itself is on its way. */
  const stop = useCallback(() => {
    stopped.current = true;
    window.clearTimeout(timer.current);
  }, []);
  const resume = useCallback(() => {
    stopped.current = false;
  }, []);
  return { state, flush, stop, resume };
}
