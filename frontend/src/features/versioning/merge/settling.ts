// Which side was chosen for each conflict, what can be taken back, and what survives a new preview. Pure.
import type { Command } from '../../../canvas/history';
import type { MergeConflict, Resolution, Take } from '../../../api/types';
import type { Rest } from '../../../api/versioning';

/** A choice, with what the three sides were when it was made. */
export interface Choice {
  take: Take;
  seen: string;
}

export type Choices = ReadonlyMap<string, Choice>;

/** All that was decided: conflict by conflict, and for what remains. */
export interface Settled {
  choices: Choices;
  rest: Rest;
}

export const NOTHING: Settled = { choices: new Map(), rest: null };

export const TAKES: readonly Take[] = ['ours', 'theirs', 'base'];

/** What the keys 1, 2 and 3 choose. */
export const takeOfKey = (key: string): Take | null => (/^[123]$/.test(key) ? (TAKES[Number(key) - 1] ?? null) : null);

/** Names a conflict, whatever page it came on. */
export const conflictId = ({ key, layer, item_id, part }: MergeConflict): string => JSON.stringify([key, layer ?? null, item_id ?? null, part]);

const sidesOf = ({ base, ours, theirs }: MergeConflict): string => JSON.stringify([base ?? null, ours ?? null, theirs ?? null]);

/** Settles one conflict. */
export function settleOne(before: Settled, conflict: MergeConflict, take: Take): Command<Settled> {
  return { name: 'one', apply: ({ choices, rest }) => ({ choices: withChoices(choices, [conflict], take), rest }), revert: () => before };
}

/** Settles all that remain in one step, those not loaded yet too. */
export function settleRest(before: Settled, conflicts: readonly MergeConflict[], take: 'ours' | 'theirs'): Command<Settled> {
  return { name: 'rest', apply: ({ choices }) => ({ choices: withChoices(choices, unsettled(conflicts, choices), take), rest: take }), revert: () => before };
}

const withChoices = (choices: Choices, conflicts: readonly MergeConflict[], take: Take): Choices =>
  new Map([...choices, ...conflicts.map((conflict) => [conflictId(conflict), { take, seen: sidesOf(conflict) }] as const)]);

/** How many of `count` conflicts are settled, of which those in `conflicts` are loaded. */
export function settledCount(conflicts: readonly MergeConflict[], count: number, { choices, rest }: Settled): number {
  return rest ? count : conflicts.length - unsettled(conflicts, choices).length;
}

/** Conflicts that have no choice yet. */
export const unsettled = (conflicts: readonly MergeConflict[], choices: Choices): MergeConflict[] => conflicts.filter((conflict) => !choices.has(conflictId(conflict)));

/** The next conflict without a choice after the place `at`, from the beginning again; -1 when all are settled. */
export function nextUnsettled(conflicts: readonly MergeConflict[], choices: Choices, at: number): number {
  for (let step = 1; step <= conflicts.length; step += 1) {
    const index = (at + step) % conflicts.length;
    const conflict = conflicts[index];
    if (conflict && !choices.has(conflictId(conflict))) return index;
  }
  return -1;
}

/** What is kept of earlier choices for new conflicts: those whose three sides are still the same. */
export function carryOver(choices: Choices, conflicts: readonly MergeConflict[]): { kept: Choices; lost: number } {
  const now = new Map(conflicts.map((conflict) => [conflictId(conflict), sidesOf(conflict)]));
  const kept = new Map([...choices].filter(([id, choice]) => now.get(id) === choice.seen));
  const changed = [...choices].filter(([id, choice]) => now.has(id) && now.get(id) !== choice.seen);
  return { kept, lost: changed.length };
}

/** The choices as the service takes them. */
export function resolutions(conflicts: readonly MergeConflict[], choices: Choices): Resolution[] {
  return conflicts.flatMap((conflict) => {
    const choice = choices.get(conflictId(conflict));
    const { key, layer, item_id, part } = conflict;
    return choice ? [{ key, ...(layer ? { layer } : {}), ...(item_id ? { item_id } : {}), part, take: choice.take }] : [];
  });
}

/** Choices as text that outlives the page, and back; text that is not ours gives none. */
export const storeChoices = (choices: Choices): string => JSON.stringify([...choices]);

export function restoreChoices(text: string | null): Choices {
  try {
    const entries: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(entries)) return new Map();
    return new Map(entries.filter((entry): entry is [string, Choice] => Array.isArray(entry) && typeof entry[0] === 'string' && TAKES.includes((entry[1] as Choice | null)?.take as Take)));
  } catch {
    return new Map();
  }
}
