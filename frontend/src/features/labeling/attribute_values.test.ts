import { describe, expect, it } from 'vitest';
import { execute, redo, startHistory, undo, type Command } from '../../canvas/history';
import { choiceOfKey, choicesOf, numberOf, standSideBySide, withValue } from './attribute_values';

describe('values of attributes', () => {
  it('are put in, and taken out where they are empty', () => {
    expect(withValue({ a: 1 }, 'b', false)).toEqual({ a: 1, b: false });
    expect(withValue({ a: 1, b: 2 }, 'b', undefined)).toEqual({ a: 1 });
    expect(withValue({ a: 'x' }, 'a', '')).toEqual({});
    expect(withValue({ a: 1 }, 'a', 0)).toEqual({ a: 0 });
  });
  it('are chosen from values, or from yes and no', () => {
    expect(choicesOf({ name: 'a', kind: 'enum', required: false, values: ['x', 'y'] }, 'Yes', 'No').map((each) => each.value)).toEqual(['x', 'y']);
    expect(choicesOf({ name: 'a', kind: 'boolean', required: false }, 'Yes', 'No')).toEqual([{ value: true, label: 'Yes' }, { value: false, label: 'No' }]);
    expect(choicesOf({ name: 'a', kind: 'text', required: false }, 'Yes', 'No')).toEqual([]);
  });
  it('stand side by side while digits and room are enough', () => {
    expect(standSideBySide(Array.from({ length: 10 }, () => ({ label: 'x' })))).toBe(true);
    expect(standSideBySide(Array.from({ length: 11 }, () => ({ label: 'x' })))).toBe(false);
    expect(standSideBySide([{ label: 'x'.repeat(100) }])).toBe(false);
  });
  it('have digits as keys', () => {
    expect(['1', '9', '0', 'a', 'F1'].map(choiceOfKey)).toEqual([0, 8, 9, null, null]);
  });
  it('are numbers only once they are', () => {
    expect(['1.5', '-', '', ' ', '1.', 3].map(numberOf)).toEqual([1.5, undefined, undefined, undefined, 1, 3]);
  });
});

describe('a run of typing', () => {
  const put = (before: string, after: string, run?: string): Command<string> => ({ name: 'change', run, apply: () => after, revert: () => before });
  it('is undone and redone at once', () => {
    const typed = [put('', 'a', 'note/1'), put('a', 'ab', 'note/1'), put('ab', 'abc', 'note/1')].reduce(execute<string>, startHistory(''));
    expect(typed.past).toHaveLength(1);
    expect(undo(typed).state).toBe('');
    expect(redo(undo(typed)).state).toBe('abc');
  });
  it('ends where another begins, or anything else is done', () => {
    const typed = [put('', 'a', 'note/1'), put('a', 'ab', 'note/2'), put('ab', 'x'), put('x', 'y')].reduce(execute<string>, startHistory(''));
    expect(typed.past).toHaveLength(4);
  });
});
