import { describe, expect, it } from 'vitest';
import { readKey, type TextPress } from './keys';

const press = (key: string, over: Partial<TextPress> = {}): TextPress => ({ key, ctrl: false, shift: false, alt: false, ...over });

describe('keys in a text', () => {
  it('move and select by character, word and line', () => {
    expect(readKey(press('ArrowRight'), false, false)).toEqual({ kind: 'step', by: 'character', forward: true, extend: false });
    expect(readKey(press('ArrowRight', { shift: true, ctrl: true }), false, false)).toEqual({ kind: 'step', by: 'word', forward: true, extend: true });
    expect(readKey(press('ArrowLeft', { alt: true }), false, false)).toEqual({ kind: 'step', by: 'word', forward: false, extend: false });
    expect(readKey(press('ArrowUp', { shift: true }), false, false)).toEqual({ kind: 'line', forward: false, extend: true });
    expect(readKey(press('End'), false, false)).toEqual({ kind: 'line_end', forward: true, extend: false });
  });
  it('follow the direction of the text', () => {
    expect(readKey(press('ArrowLeft'), true, false)).toMatchObject({ forward: true });
    expect(readKey(press('ArrowRight', { shift: true }), true, true)).toMatchObject({ kind: 'adjust', forward: false });
  });
  it('move the ends of a span in hand', () => {
    expect(readKey(press('ArrowRight', { shift: true }), false, true)).toEqual({ kind: 'adjust', edge: 'end', by: 'character', forward: true });
    expect(readKey(press('ArrowLeft', { shift: true, alt: true }), false, true)).toEqual({ kind: 'adjust', edge: 'start', by: 'character', forward: false });
  });
  it('leave to the workbench what is not theirs', () => {
    for (const mine of [press('ArrowRight', { ctrl: true }), press('Enter', { ctrl: true }), press('1'), press('Delete'), press('Tab')]) expect(readKey(mine, false, false)).toBeNull();
  });
});
