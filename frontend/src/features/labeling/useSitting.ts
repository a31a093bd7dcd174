// One sitting at a project: which task is on the stage, what was submitted before it, and where it goes when one leaves.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { mediaUrl } from '../../api/datasets';
import { nextTask, releaseTask, taskInHand } from '../../api/labeling';
import type { Project, TaskView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import type { Answer } from './document';
import type { KeptWork } from './kept/KeptWork';
import { openingOf, type Opening } from './kept/local_draft';
import type { OutboxEntry, Refusal, SubmitBody } from './kept/local_store';
import { randomId } from './kept/random_id';
import { loadImage } from './useImage';

export interface Visited {
  task: TaskView;
  answer: Answer;
}

/** A task on the stage. */
export interface Staged {
  /** New each time a task takes the stage, the same task too. */
  turn: string;
  task: TaskView;
  opening: Opening;
}

export function useSitting(project: Project, work: KeptWork) {
  const { slug } = useWorkspace();
  const queries = useQueryClient();
  /** Null when nothing is left, undefined before the first is there. */
  const [staged, setStaged] = useState<Staged | null | undefined>(undefined);
  const [error, setError] = useState<Error | null>(null);
  const [waiting, setWaiting] = useState(false);
  const [visited, setVisited] = useState<Visited[]>([]);
  const held = useRef<TaskView | null>(null);
  const alive = useRef(true);
  const { id: projectId, dataset, source_commit } = project;

  const pictureUrl = useCallback((sampleKey: string, field: string) => mediaUrl(slug, dataset, { ref: source_commit, key: sampleKey, field, size: 'full' }), [slug, dataset, source_commit]);
  const stage = useCallback(async (task: TaskView | null) => {
    // The picture is ready before the task takes the stage, so that it never flickers.
    if (task) await Promise.race([Promise.all(pictureFields(task).map((field) => loadImage(pictureUrl(task.sample.key, field)).catch(() => null))), pause(1500)]);
    const drafts = task ? await work.store.draftsOf(work.user, task.id) : [];
    if (!alive.current) return task && release(slug, task);
    held.current = task;
    setStaged(task && { turn: randomId(), task, opening: openingOf(task, drafts) });
  }, [pictureUrl, slug, work]);

  const load = useCallback(async () => {
    setWaiting(true);
    setError(null);
    try {
      // The service would hand out a task again whose answer is still on its way.
      await work.outbox.until(({ waiting: unsent }) => !alive.current || unsent.every((entry) => entry.project !== projectId));
      if (!alive.current) return;
      await stage(await nextTask(slug, projectId));
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setWaiting(false);
    }
  }, [slug, projectId, stage, work]);

  useEffect(() => {
    alive.current = true;
    void load();
    return () => {
      alive.current = false;
      // Whoever leaves the page lets go of the task; its draft stays.
      if (held.current) release(slug, held.current);
      held.current = null;
    };
  }, [load, slug]);

  /** Goes on to the next task; `answer` is null where this one was skipped or lost. */
  const done = async (answer: Answer | null) => {
    held.current = null;
    if (staged && answer) setVisited((before) => [...before, { task: staged.task, answer }]);
    void queries.invalidateQueries({ queryKey: ['project', slug, projectId] });
    await load();
  };
  /** Keeps the answer, sends it and goes on; answers why not where the service refuses it. */
  const submit = async (body: SubmitBody): Promise<Refusal | null> => {
    if (!staged) return null;
    const { task } = staged;
    const entry: OutboxEntry = { user: work.user, key: randomId(), workspace: slug, project: projectId, task: task.id, sample: task.sample.key, body, queued_at: Date.now(), refusal: null };
    await work.outbox.add(entry);
    // From here on the lease belongs to the answer on its way.
    held.current = null;
    await work.outbox.until(({ waiting: unsent }) => unsent.every(({ key }) => key !== entry.key));
    const refusal = work.outbox.state.refused.find(({ key }) => key === entry.key)?.refusal ?? null;
    if (!refusal) await done(body.result.items);
    else if (refusal.code !== 'lease_lost') {
      // The answer is still under the hand, to be mended and sent again.
      held.current = task;
      await work.outbox.discard(entry.key);
    }
    return refusal;
  };
  /** Puts a refused answer back on the stage as a draft, if its task is still in the person's hands. */
  const reopen = async (entry: OutboxEntry): Promise<boolean> => {
    const task = await taskInHand(slug, entry.task);
    if (!task) return false;
    await work.store.putDraft({ user: work.user, task: task.id, fence: task.assignment.fence, revision: task.draft?.revision ?? 0, items: entry.body.result.items, saved_at: Date.now() });
    await stage(task);
    await work.outbox.discard(entry.key);
    return true;
  };
  const lose = () => {
    held.current = null;
  };
  return { staged, error, waiting, visited, pictureUrl, load, done, submit, reopen, lose };
}

const release = (slug: string, task: TaskView): void => void releaseTask(slug, task.id, task.assignment.fence).catch(() => undefined);

export function pictureFields(task: TaskView): string[] {
  return Object.entries(task.sample.fields).filter(([, field]) => 'blob' in field && field.blob.media_type.startsWith('image/')).map(([name]) => name);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
