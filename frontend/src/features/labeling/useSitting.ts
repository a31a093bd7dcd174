// One sitting at a project: which task is on the stage, what was submitted before it, and where it goes when one leaves.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { mediaUrl } from '../../api/datasets';
import { nextTask, releaseTask, taskInHand } from '../../api/labeling';
import type { Project, TaskView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import type { Answer } from './document';
import type { KeptWork } from './kept/KeptWork';
import { openingOf } from './kept/local_draft';
import type { LocalDraft, OutboxEntry, Refusal, SubmitBody } from './kept/local_store';
import { randomId } from './kept/random_id';
import { keepLease } from './keep_lease';
import { Lookahead, type Prepared, type Ready } from './lookahead';
import { holdTask, takeOver, type TaskHold } from './task_hold';
import { loadImage } from './useImage';

export interface Visited {
  task: TaskView;
  answer: Answer;
}

/** A picture may keep a task from the stage for so long. */
const PATIENCE_MS = 1_500;

/** A task on the stage. */
export interface Staged extends Prepared {
  /** New each time a task takes the stage, the same task too. */
  turn: string;
  /** Null while another tab of the person works on the task. */
  hold: TaskHold | null;
}

export function useSitting(project: Project, work: KeptWork) {
  const { slug } = useWorkspace();
  const queries = useQueryClient();
  /** Null when nothing is left, undefined before the first is there. */
  const [staged, setStaged] = useState<Staged | null | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const [waiting, setWaiting] = useState(false);
  const [visited, setVisited] = useState<Visited[]>([]);
  const held = useRef<Ready | null>(null);
  const ahead = useRef<Lookahead | null>(null);
  /** Changes when one leaves: what was asked for before is not for this sitting any more. */
  const era = useRef(0);
  const alive = useRef(false);
  /** Tasks whose answers are about to stand in the outbox. */
  const leaving = useRef(new Set<string>());
  const { id: projectId, dataset, source_commit } = project;

  const pictureUrl = useCallback((sampleKey: string, field: string) => mediaUrl(slug, dataset, { ref: source_commit, key: sampleKey, field, size: 'full' }), [slug, dataset, source_commit]);
  /** With its picture there before it takes the stage, so that it never flickers. */
  const prepare = useCallback(async (task: TaskView): Promise<Prepared> => {
    const pictures = pictureFields(task).map((field) => loadImage(pictureUrl(task.sample.key, field)).catch(() => null));
    const [drafts] = await Promise.all([work.store.draftsOf(work.user, task.id), Promise.race([Promise.all(pictures), pause(PATIENCE_MS)])]);
    return { task, opening: openingOf(task, drafts) };
  }, [pictureUrl, work]);
  const unsent = useCallback(() => work.outbox.state.waiting.filter((entry) => entry.project === projectId), [work, projectId]);

  const show = useCallback(({ task, opening }: Prepared, hold: TaskHold | null) => {
    if (held.current?.hold !== hold) held.current?.hold.release();
    held.current = hold && { task, opening, hold };
    if (hold) hold.onGone = () => {
      held.current = null;
      setStaged({ turn: randomId(), task, opening, hold: null });
    };
    setStaged({ turn: randomId(), task, opening, hold });
    if (hold) void ahead.current?.fill();
  }, []);
  const stage = useCallback(async (task: TaskView, hold: TaskHold | null = null) => {
    const prepared = await prepare(task);
    if (alive.current) return show(prepared, hold ?? (await holdTask(work.user, task.id)));
    hold?.release();
    release(slug, task);
  }, [prepare, show, slug, work]);

  const load = useCallback(async () => {
    if (!alive.current) return;
    const now = era.current;
    const waits = await ahead.current?.take();
    if (waits) return show(waits, waits.hold);
    setWaiting(true);
    setError(null);
    try {
      // The service would hand out a task again whose answer is still on its way.
      await work.outbox.until(() => era.current !== now || unsent().length === 0);
      if (era.current !== now) return;
      const task = await nextTask(slug, projectId);
      if (era.current !== now) {
        if (task && !alive.current) release(slug, task);
        return;
      }
      if (task) await stage(task);
      else setStaged(null);
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setWaiting(false);
    }
  }, [slug, projectId, show, stage, unsent, work]);

  useEffect(() => {
    const made = new Lookahead({
      holding: () => [held.current?.task.id ?? [], ...leaving.current, ...unsent().map((entry) => entry.task)].flat(),
      next: (besides) => nextTask(slug, projectId, besides),
      hold: (task) => holdTask(work.user, task.id),
      prepare,
      renew: (task, onLost) => keepLease(slug, task, onLost),
      release: (task) => release(slug, task),
    });
    ahead.current = made;
    alive.current = true;
    void load();
    // A page that is closed, or left for another site, gives back what nobody has looked at.
    const hidden = () => made.leave();
    window.addEventListener('pagehide', hidden);
    return () => {
      era.current += 1;
      alive.current = false;
      window.removeEventListener('pagehide', hidden);
      made.leave();
      // Whoever leaves the page lets go of the task; its draft stays.
      held.current?.hold.release();
      if (held.current) release(slug, held.current.task);
      held.current = null;
    };
  }, [load, prepare, projectId, slug, unsent, work]);

  /** Goes on to the next task; `answer` is null where this one was skipped or lost. */
  const done = async (answer: Answer | null) => {
    lose();
    if (staged && answer) setVisited((before) => [...before, { task: staged.task, answer }]);
    void queries.invalidateQueries({ queryKey: ['project', slug, projectId] });
    await load();
  };
  /** Keeps the answer, sends it and goes on; answers why not where the service refuses it while one waits. */
  const submit = async (body: SubmitBody): Promise<Refusal | null> => {
    if (!staged) return null;
    const { task } = staged;
    const entry = newEntry({ user: work.user, workspace: slug, project: projectId, task: task.id, sample: task.sample.key, body });
    leaving.current.add(task.id);
    const kept = work.outbox.add(entry).finally(() => leaving.current.delete(task.id));
    if (ahead.current?.waits) {
      await done(body.result.items);
      return null;
    }
    await kept;
    // From here on the lease belongs to the answer on its way.
    const was = held.current;
    held.current = null;
    await work.outbox.until(({ waiting: on }) => on.every(({ key }) => key !== entry.key));
    const refusal = work.outbox.state.refused.find(({ key }) => key === entry.key)?.refusal ?? null;
    held.current = was;
    if (!refusal) await done(body.result.items);
    // The answer is still under the hand, to be mended and sent again.
    else if (refusal.code !== 'lease_lost') await work.outbox.discard(entry.key);
    return refusal;
  };
  /** Puts a refused answer back on the stage as a draft, if its task is still in the person's hands. */
  const reopen = async (entry: OutboxEntry): Promise<boolean> => {
    const task = await taskInHand(slug, entry.task);
    if (!task) return false;
    await work.store.putDraft(draftOf(entry, task));
    await stage(task, held.current?.task.id === task.id ? held.current.hold : null);
    await work.outbox.discard(entry.key);
    return true;
  };
  /** Takes the task on the stage over from the tab that has it. */
  const takeHere = async () => {
    if (!staged) return;
    const hold = await takeOver(work.user, staged.task.id);
    const task = await taskInHand(slug, staged.task.id);
    if (task && hold) return stage(task, hold);
    hold?.release();
    return load();
  };
  const lose = () => {
    held.current?.hold.release();
    held.current = null;
  };
  return { staged, error, waiting, visited, pictureUrl, load, done, submit, reopen, takeHere, lose };
}

const newEntry = (of: Omit<OutboxEntry, 'key' | 'queued_at' | 'refusal'>): OutboxEntry => ({ ...of, key: randomId(), queued_at: Date.now(), refusal: null });

const draftOf = ({ user, body }: OutboxEntry, task: TaskView): LocalDraft => ({
  user, task: task.id, fence: task.assignment.fence, revision: task.draft?.revision ?? 0, items: body.result.items, saved_at: Date.now(),
});

const release = (slug: string, task: TaskView): void => void releaseTask(slug, task.id, task.assignment.fence).catch(() => undefined);

export function pictureFields(task: TaskView): string[] {
  return Object.entries(task.sample.fields).filter(([, field]) => 'blob' in field && field.blob.media_type.startsWith('image/')).map(([name]) => name);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
