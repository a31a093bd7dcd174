import { describe, expect, it } from 'vitest';
import { emptyStandard, freeName, hotkeyProblem, nextClass, removeAt, replaceAt } from './editing';

describe('standard editing', () => {
  it('gives each new class a free name, colour and key', () => {
    const first = nextClass([]);
    const second = nextClass([first]);
    expect([first.name, first.hotkey, second.name, second.hotkey]).toEqual(['class1', '1', 'class2', '2']);
    expect(first.color).not.toBe(second.color);
  });
  it('does not reuse a name after a removal', () => {
    expect(freeName('class', ['class2'])).toBe('class3');
  });
  it('finds keys that are reserved or used twice', () => {
    const named = (hotkey: string | null) => ({ name: 'x', color: '#000000', hotkey, attributes: [] });
    expect(hotkeyProblem([named('a')], 0)).toBe('reserved');
    expect(hotkeyProblem([named('1'), named('1')], 1)).toBe('twice');
    expect(hotkeyProblem([named('s'), named(null), named(null)], 2)).toBeNull();
  });
  it('replaces and removes by place', () => {
    expect(replaceAt([1, 2, 3], 1, 9)).toEqual([1, 9, 3]);
    expect(removeAt([1, 2, 3], 0)).toEqual([2, 3]);
    expect(emptyStandard('t').layers).toHaveLength(1);
  });
});
