import { describe, expect, it } from 'vitest';
import type { Item, MergeConflict } from '../../../api/types';
import { drawnOn, saidBy } from './sides';

const box = (id: string, x = 1): Item => ({ kind: 'box', id, layer: 'objects', class: 'cat', x, y: 2, width: 3, height: 4 });
const conflict = (parts: Partial<MergeConflict>): MergeConflict => ({ key: 'k', layer: 'objects', item_id: 'b1', part: 'class', ...parts });

describe('a side of a conflict', () => {
  it('says a class, a box, a text or a value', () => {
    expect(saidBy(conflict({ ours: 'cat' }), 'ours')).toEqual({ kind: 'class', name: 'cat' });
    expect(saidBy(conflict({ part: 'shape', ours: { kind: 'box', x: 1, y: 2, width: 3, height: 4 } }), 'ours')).toEqual({ kind: 'box', x: 1, y: 2, width: 3, height: 4 });
    expect(saidBy(conflict({ part: 'label', theirs: box('b1') }), 'theirs')).toEqual({ kind: 'class', name: 'cat' });
    expect(saidBy(conflict({ part: 'field text', base: { inline: 'words' } }), 'base')).toEqual({ kind: 'text', text: 'words' });
    expect(saidBy(conflict({ part: 'split', base: 'train' }), 'base')).toEqual({ kind: 'value', text: 'train' });
    expect(saidBy(conflict({ part: 'metadata n', base: 0 }), 'base')).toEqual({ kind: 'value', text: '0' });
  });
  it('says that it is gone', () => {
    expect(saidBy(conflict({ part: 'label', ours: null }), 'ours')).toEqual({ kind: 'gone' });
    expect(saidBy(conflict({ part: 'label' }), 'theirs')).toEqual({ kind: 'gone' });
  });
  it('is drawn with what was before it, and with the other labels', () => {
    const moved = conflict({ part: 'shape', base_item: box('b1'), ours_item: box('b1', 5), theirs_item: box('b1', 9) });
    const drawn = drawnOn(moved, 'ours', [box('b1', 5), box('b2')]);
    expect(drawn.items.map((item) => [item.id, drawn.toneOf(item)])).toEqual([['b2', 'same'], ['b1~', 'ghost'], ['b1', 'new']]);
    const base = drawnOn(moved, 'base', [box('b1'), box('b2')]);
    expect(base.items.map((item) => [item.id, base.toneOf(item)])).toEqual([['b2', 'same'], ['b1', 'old']]);
    expect(drawnOn(conflict({ part: 'label', base_item: box('b1'), ours_item: null }), 'ours', []).items.map((item) => item.id)).toEqual(['b1~']);
  });
});
