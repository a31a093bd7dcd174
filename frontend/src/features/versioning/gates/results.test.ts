import { describe, expect, it } from 'vitest';
import type { GateResult } from '../../../api/types';
import { standing } from './results';

const result = (gate: string, parts: Partial<GateResult> = {}): GateResult => ({ gate, kind: 'labels', passed: true, message: '', checked: 1, failures: 0, examples: [], time: '2026-01-01T00:00:00Z', ...parts } as GateResult);
const names = (results: readonly GateResult[]) => results.map((each) => `${each.gate}${each.passed ? '' : '!'}`);

describe('what gates said', () => {
  it('is told by the newest answer of each', () => {
    const old = result('legal', { branch: 'main', against: 'a', passed: false });
    const fresh = result('legal', { branch: 'main', against: 'b', time: '2026-01-02T00:00:00Z' });
    expect(standing([old, fresh])).toEqual([fresh]);
    expect(standing([fresh, old])).toEqual([fresh]);
    expect(names(standing([old, { ...fresh, branch: 'release' }]))).toEqual(['legal!', 'legal']);
  });
  it('begins with what failed, and otherwise keeps its order', () => {
    expect(names(standing([result('a'), result('b', { passed: false }), result('c'), result('d', { passed: false })]))).toEqual(['b!', 'd!', 'a', 'c']);
  });
  it('is, for one branch, what was asked for it or for any', () => {
    const all = [result('a', { branch: 'main' }), result('b', { branch: 'other' }), result('c')];
    expect(names(standing(all, 'main'))).toEqual(['a', 'c']);
  });
});
