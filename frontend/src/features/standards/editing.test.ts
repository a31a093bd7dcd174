import { describe, expect, it } from 'vitest';
import { emptyLayer, emptyStandard, freeKeys, freeName, moveAt, newClasses, pastedNames, placeAfterMove, removeAt, replaceAt, withCopied } from './editing';
import { hasSize, isOnPicture, KIND_GROUPS, withKind } from './kinds';

describe('standard editing', () => {
  const layer = (...names: string[]) => ({ classes: newClasses([], names) });
  it('gives each new class the colour least used and a free key', () => {
    const [first, second] = newClasses([], ['cat', 'dog']);
    expect([first?.hotkey, second?.hotkey]).toEqual(['1', '2']);
    expect(first?.color).not.toBe(second?.color);
    expect(newClasses([{ classes: layer('a', 'b', 'c').classes.slice(1) }], ['d'])[0]?.color).toBe(first?.color);
    expect(newClasses([layer('a')], ['b'])[0]?.color).not.toBe(first?.color);
    expect(newClasses([], Array.from({ length: 30 }, String)).at(-1)?.hotkey).toBeNull();
  });
  it('finds the keys that no layer uses, and none that a command has', () => {
    const keys = freeKeys([layer('a'), { classes: [{ name: 'b', color: '#000000', hotkey: 'i', attributes: [] }] }]);
    expect(keys.slice(0, 2)).toEqual(['2', '3']);
    expect(keys).toContain('j');
    expect(keys).not.toContain('i');
    expect(keys).not.toContain('a');
  });
  it('does not reuse a name after a removal', () => {
    expect(freeName('class', ['class2'])).toBe('class3');
  });
  it('reads pasted names one a line, each once', () => {
    expect(pastedNames(' cat \r\ndog\n\ncat\nbird, small', layer('dog').classes)).toEqual(['cat', 'bird, small']);
  });
  it('copies only attributes that are not there', () => {
    const attribute = (name: string, required: boolean) => ({ name, kind: 'text' as const, required });
    expect(withCopied([attribute('a', true)], [attribute('a', false), attribute('b', false)])).toEqual([attribute('a', true), attribute('b', false)]);
  });
  it('replaces, removes and moves by place', () => {
    expect(replaceAt([1, 2, 3], 1, 9)).toEqual([1, 9, 3]);
    expect(removeAt([1, 2, 3], 0)).toEqual([2, 3]);
    expect(emptyStandard('t').layers).toHaveLength(1);
  });
  it('says where things stand after a move', () => {
    for (const [from, to] of [[0, 3], [3, 0], [1, 2], [2, 2]] as const) {
      const moved = moveAt([0, 1, 2, 3], from, to);
      expect([0, 1, 2, 3].map((index) => moved[placeAfterMove(index, from, to)])).toEqual([0, 1, 2, 3]);
    }
  });
});

describe('kinds of layers', () => {
  it('are each in one group', () => {
    const kinds = KIND_GROUPS.flatMap((each) => [...each.kinds]);
    expect(kinds).toHaveLength(12);
    expect(new Set(kinds).size).toBe(12);
    expect(kinds.filter(hasSize).every(isOnPicture)).toBe(true);
  });
  it('lose what the new kind does not take', () => {
    const layer = { ...emptyLayer('label'), multiple: true, rules: { inside: true, max_items: 3, min_height: 2, min_width: 1 } };
    expect(withKind(layer, 'polygon')).toMatchObject({ multiple: false, skeleton: null, rules: { min_width: 1, max_items: 3 } });
    const skeleton = withKind(layer, 'skeleton');
    expect(skeleton).toMatchObject({ skeleton: { points: [], edges: [] }, rules: { min_width: null, min_height: null, max_items: 3 } });
    expect(withKind(skeleton, 'box').skeleton).toBeNull();
  });
});
