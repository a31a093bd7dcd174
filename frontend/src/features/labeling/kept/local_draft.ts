// Which draft a task opens with: the service's, or a newer one kept in this browser. Pure.
import type { TaskView } from '../../../api/types';
import type { Answer } from '../document';
import type { LocalDraft } from './local_store';

export interface Opening {
  /** What the service has: its draft, else the answer that came back, else nothing. */
  service: Answer;
  /** What the bench begins with. */
  start: Answer;
  /** `newer`: the one of this browser is used. `forked`: both went on, the service's is used and the other offered. */
  local: 'none' | 'newer' | 'forked';
  /** The answer kept in this browser, where it is not `none`. */
  kept: Answer;
}

export function openingOf(task: Pick<TaskView, 'draft' | 'previous'>, drafts: readonly LocalDraft[]): Opening {
  const service = task.draft?.result.items ?? task.previous?.annotation.result.items ?? [];
  const last = [...drafts].sort((a, b) => b.saved_at - a.saved_at)[0];
  // A save that arrived although its answer got lost leaves an equal draft.
  if (!last || sameAnswer(last.items, service)) return { service, start: service, local: 'none', kept: [] };
  const newer = last.revision === (task.draft?.revision ?? 0);
  return { service, start: newer ? last.items : service, local: newer ? 'newer' : 'forked', kept: last.items };
}

/** Whether two answers say the same: the order of an object's keys, and keys without a value, mean nothing. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const kept = Object.entries(part).filter(([, each]) => each !== undefined && each !== null && !isEmpty(each));
    return Object.fromEntries(kept.sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
