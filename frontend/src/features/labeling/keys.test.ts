import { describe, expect, it } from 'vitest';
import { chordOf, reservedFor, shownChord, type KeyPress } from './chords';
import { bindingsOf, objectionTo, parseChoices, withChord, withStandard } from './key_choices';
import { BINDINGS, contextOf, isAssignable, matchKey, tableOf, type KeyContext } from './keymap';

const press = (key: string, code: string, over: Partial<KeyPress> = {}): KeyPress => ({ key, code, ctrl: false, shift: false, alt: false, composing: false, typing: false, onControl: false, ...over });

describe('chords', () => {
  it('go by place with modifiers, by what is written without', () => {
    expect(chordOf(press('w', 'KeyZ', { ctrl: true }))).toBe('Ctrl+Z');
    expect(chordOf(press('Z', 'KeyZ', { ctrl: true, shift: true }))).toBe('Ctrl+Shift+Z');
    expect(chordOf(press('a', 'KeyQ'))).toBe('A');
    expect(chordOf(press('ф', 'KeyA'))).toBe('A');
    expect(chordOf(press('!', 'Digit1', { shift: true }))).toBe('Shift+1');
    expect(chordOf(press('?', 'Slash', { shift: true }))).toBe('?');
    expect(chordOf(press('Tab', 'Tab', { shift: true }))).toBe('Shift+Tab');
    expect(chordOf(press(' ', 'Space', { ctrl: true }))).toBe('Ctrl+Space');
    expect(chordOf(press('Enter', 'NumpadEnter'))).toBe('Enter');
    expect(chordOf(press('Shift', 'ShiftLeft', { shift: true }))).toBeNull();
  });
  it('are shown as they stand on keys', () => {
    expect(['Ctrl+ArrowLeft', '+', 'Ctrl++', 'Delete', 'Shift+A'].map(shownChord)).toEqual(['Ctrl+←', '+', 'Ctrl++', 'Del', 'Shift+A']);
  });
  it('that no action may have are told apart', () => {
    expect(['Ctrl+W', '3', 'Ctrl+3', 'J', 'Tab', 'Q'].map(reservedFor)).toEqual(['browser', 'classes', 'classes', 'classes', 'moving', null]);
    for (const letter of 'abcdefghijklmnopqrstuvwxyz') expect(reservedFor(letter.toUpperCase()) === 'classes', letter).toBe(isAssignable(letter));
  });
});

describe('the standard table', () => {
  it('gives no chord to two actions of one context', () => {
    for (const context of ['label', 'review'] satisfies KeyContext[]) {
      const chords = BINDINGS.filter((each) => contextOf(each) === context).flatMap((each) => each.chords);
      expect(new Set(chords).size).toBe(chords.length);
    }
  });
  it('puts the keys of a review before those of the bench', () => {
    const a = press('a', 'KeyA');
    expect([matchKey(a), matchKey(a, tableOf(BINDINGS), 'review')]).toEqual([{ action: 'accept_prediction' }, { action: 'accept' }]);
  });
});

describe('chosen keys', () => {
  it('take the place of the standard ones', () => {
    const choices = withChord({}, 'undo', 'Q');
    const table = tableOf(bindingsOf(choices));
    expect(matchKey(press('q', 'KeyQ'), table)).toEqual({ action: 'undo' });
    expect(matchKey(press('z', 'KeyZ', { ctrl: true }), table)).toBeNull();
    expect(matchKey(press('q', 'KeyQ', { typing: true }), table)).toBeNull();
  });
  it('of another action are warned of, and move when one insists', () => {
    expect(objectionTo({}, 'undo', 'V')).toEqual({ kind: 'taken', by: 'tool_select' });
    expect(objectionTo({}, 'fix', 'V')).toBeNull();
    expect(objectionTo({}, 'undo', 'Ctrl+T')).toEqual({ kind: 'reserved', why: 'browser' });
    const moved = withChord({}, 'undo', 'V');
    expect(moved).toEqual({ undo: ['V'], tool_select: [] });
    expect(withStandard(moved, 'tool_select')).toEqual({ undo: ['V'], tool_select: [] });
    expect(withStandard(withStandard(moved, 'undo'), 'tool_select')).toEqual({});
  });
  it('survive being kept, and nonsense is left out', () => {
    const choices = withChord({}, 'redo', 'Alt+R');
    expect(parseChoices(JSON.stringify(choices))).toEqual(choices);
    expect(parseChoices('{"redo":[1],"fly":["F"],"undo":["Q"]}')).toEqual({ undo: ['Q'] });
    expect([parseChoices('nonsense'), parseChoices(null), parseChoices('3')]).toEqual([{}, {}, {}]);
  });
});
