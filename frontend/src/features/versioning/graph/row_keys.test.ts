import { describe, expect, it } from 'vitest';
import type { GraphCommit } from '../../../api/types';
import { eachOnce, pickedPair, rowAction } from './row_keys';

const commit = (hash: string, ...parents: string[]): GraphCommit => ({
  hash, parents, tree: '', author: '', message: '', time: '', counts: { samples: 0, labels: 0 }, lineage: {}, refs: [],
});
const all = [commit('m', 'a', 'b'), commit('b', 'r'), commit('a', 'r'), commit('r', 'far')];

describe('keys on the history', () => {
  it('move between rows and stop at the ends', () => {
    expect(['ArrowDown', 'j', 'End', 'PageDown'].map((key) => rowAction(key, all, 0))).toEqual([{ go: 1 }, { go: 1 }, { go: 3 }, { go: 3 }]);
    expect(['ArrowUp', 'k', 'Home', 'PageUp'].map((key) => rowAction(key, all, 0))).toEqual([{ go: 0 }, { go: 0 }, { go: 0 }, { go: 0 }]);
    expect(rowAction('ArrowDown', all, 3)).toEqual({ go: 3 });
  });
  it('follow the parents, where they are loaded', () => {
    expect(rowAction('p', all, 0)).toEqual({ go: 2 });
    expect(rowAction('P', all, 0)).toEqual({ go: 1 });
    expect(rowAction('P', all, 1)).toBeNull();
    expect(rowAction('p', all, 3)).toBeNull();
  });
  it('leave other keys alone', () => {
    expect(['Enter', ' ', 'Tab', 'a'].map((key) => rowAction(key, all, 0))).toEqual([null, null, null, null]);
  });
});

describe('rows', () => {
  it('that are picked are compared from the older to the newer', () => {
    expect(pickedPair(all, ['m', 'r'])).toEqual(['r', 'm']);
    expect(pickedPair(all, ['r', 'm'])).toEqual(['r', 'm']);
    expect(pickedPair(all, ['m'])).toBeNull();
  });
  it('stand once, though a page brought them again', () => {
    expect(eachOnce([...all, commit('b', 'r'), commit('q')]).map((each) => each.hash)).toEqual(['m', 'b', 'a', 'r', 'q']);
  });
});
