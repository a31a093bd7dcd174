// What gates said, as it is told: what stands now, and what keeps a branch from moving first. Pure.
import type { GateResult } from '../../../api/types';

/**
 * The newest answer of each gate, those that failed first. A gate that looks at where a branch is answers again once
 * the branch has moved; what it said before is no news. With `branch`, only what was asked for that branch, or for any.
 */
export function standing(results: readonly GateResult[], branch?: string): GateResult[] {
  const newest = new Map<string, GateResult>();
  for (const result of results) {
    if (branch && result.branch && result.branch !== branch) continue;
    const name = JSON.stringify([result.gate, result.kind, result.branch ?? null]);
    const known = newest.get(name);
    if (!known || Date.parse(known.time) <= Date.parse(result.time)) newest.set(name, result);
  }
  return [...newest.values()].sort((one, other) => Number(one.passed) - Number(other.passed));
}
