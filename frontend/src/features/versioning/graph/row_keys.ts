// What a key does on a row of the history. Pure.
import type { GraphCommit } from '../../../api/types';

export type RowAction = { go: number } | { do: 'open' | 'pick' | 'changes' | 'clear' };

/** `at` is the row that has the focus; keys with Ctrl, Alt or Meta are not ours. */
export function rowAction(key: string, commits: readonly GraphCommit[], at: number): RowAction | null {
  const last = commits.length - 1;
  switch (key) {
    case 'ArrowDown': case 'j': return { go: Math.min(at + 1, last) };
    case 'ArrowUp': case 'k': return { go: Math.max(at - 1, 0) };
    case 'PageDown': return { go: Math.min(at + 10, last) };
    case 'PageUp': return { go: Math.max(at - 10, 0) };
    case 'Home': return { go: 0 };
    case 'End': return { go: last };
    case 'p': return parentRow(commits, at, 0);
    case 'P': return parentRow(commits, at, 1);
    case 'x': return { do: 'pick' };
    case 'c': return { do: 'changes' };
    case 'Escape': return { do: 'clear' };
    default: return null;
  }
}

function parentRow(commits: readonly GraphCommit[], at: number, which: number): RowAction | null {
  const parent = commits[at]?.parents[which];
  const row = commits.findIndex((commit) => commit.hash === parent);
  return row === -1 ? null : { go: row };
}

/** Two picked rows as (older, newer): the one further down is the older. */
export function pickedPair(commits: readonly GraphCommit[], picked: readonly string[]): [string, string] | null {
  const [newer, older] = commits.filter((commit) => picked.includes(commit.hash)).map((commit) => commit.hash);
  return newer && older ? [older, newer] : null;
}

/** Each commit once: one that came again on a later page, because a ref moved meanwhile, is left out there. */
export function eachOnce(commits: readonly GraphCommit[]): GraphCommit[] {
  const seen = new Set<string>();
  return commits.filter((commit) => !seen.has(commit.hash) && seen.add(commit.hash));
}
