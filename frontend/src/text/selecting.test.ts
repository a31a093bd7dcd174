import { describe, expect, it } from 'vitest';
import { toDocument } from './blocks';
import { chosenIn, liveRange, NOTHING, point, pressKey, type KeyInput, type PointerInput, type SelectEffect, type SelectScene, type SelectState } from './selecting';

const TEXT = 'Ada Lovelace wrote to Charles Babbage.\n我爱北京天安门';
const scene = (over: Partial<SelectScene> = {}): SelectScene => ({ document: toDocument(TEXT), spans: [], selected: null, editable: true, creating: true, snap: true, ...over });

function play(where: SelectScene, inputs: readonly (PointerInput | { key: KeyInput })[], from: SelectState = NOTHING): { state: SelectState; effects: SelectEffect[]; used: boolean } {
  let state = from;
  let used = false;
  const effects: SelectEffect[] = [];
  for (const input of inputs) {
    const next = 'key' in input ? pressKey(state, input.key, where) : point(state, input, where);
    state = next.state;
    used = next.used;
    effects.push(...next.effects);
  }
  return { state, effects, used };
}
const down = (at: number, over: Partial<Extract<PointerInput, { kind: 'down' }>> = {}): PointerInput => ({ kind: 'down', at, clicks: 1, shift: false, ...over });
const drag = (from: number, to: number, free = false): PointerInput[] => [down(from), { kind: 'move', at: to }, { kind: 'up', at: to, free }];

describe('pointer', () => {
  it('makes a span of what was dragged over, whole words, in either direction', () => {
    expect(play(scene(), drag(1, 7)).effects).toEqual([{ kind: 'create', start: 0, end: 12 }]);
    expect(play(scene(), drag(7, 1)).effects).toEqual([{ kind: 'create', start: 0, end: 12 }]);
  });
  it('takes exactly what was dragged over with Alt held or snapping off', () => {
    expect(play(scene(), drag(1, 7, true)).effects).toEqual([{ kind: 'create', start: 1, end: 7 }]);
    expect(play(scene({ snap: false }), drag(3, 8)).effects).toEqual([{ kind: 'create', start: 4, end: 8 }]);
  });
  it('makes a span of a word that is clicked twice', () => {
    expect(play(scene(), [down(5), { kind: 'up', at: 5, free: false }, down(5, { clicks: 2 })]).effects.at(-1)).toEqual({ kind: 'create', start: 4, end: 12 });
    const peking = TEXT.indexOf('北京');
    expect(play(scene(), [down(peking, { clicks: 2 })]).effects).toEqual([{ kind: 'create', start: peking, end: peking + 2 }]);
  });
  it('only selects where no spans are made, and makes nothing of white space', () => {
    const plain = play(scene({ creating: false }), drag(0, 3));
    expect([plain.effects, chosenIn(plain.state)]).toEqual([[], { start: 0, end: 3 }]);
    expect(play(scene({ editable: false }), drag(0, 3)).effects).toEqual([]);
    expect(play(scene(), drag(3, 4)).effects).toEqual([]);
  });
  it('selects the inner span first, then those around it', () => {
    const spans = [{ id: 'outer', start: 0, end: 12 }, { id: 'inner', start: 4, end: 12 }];
    const click = (selected: string | null) => play(scene({ spans, selected }), [down(6), { kind: 'up', at: 6, free: false }]).effects;
    expect([click(null), click('inner'), click('outer')].map((effects) => effects[0])).toEqual(['inner', 'outer', 'inner'].map((id) => ({ kind: 'select', id })));
    expect(play(scene({ spans }), [down(20), { kind: 'up', at: 20, free: false }]).effects).toEqual([{ kind: 'select', id: null }]);
  });
  it('moves one end, live and snapped, and never past the other', () => {
    const spans = [{ id: 's1', start: 4, end: 12 }];
    const hold = (to: number, free = false): PointerInput[] => [down(4, { edge: { id: 's1', edge: 'start' } }), { kind: 'move', at: to }, { kind: 'up', at: to, free }];
    expect(play(scene({ spans, selected: 's1' }), hold(1)).effects).toEqual([{ kind: 'change', id: 's1', start: 0, end: 12 }]);
    expect(play(scene({ spans, selected: 's1' }), hold(1, true)).effects).toEqual([{ kind: 'change', id: 's1', start: 1, end: 12 }]);
    expect(play(scene({ spans, selected: 's1' }), hold(14)).effects).toEqual([]);
    const held = play(scene({ spans }), hold(1).slice(0, 2)).state;
    expect(liveRange({ id: 's1', start: 4, end: 12 }, held)).toEqual({ id: 's1', start: 1, end: 12 });
  });
  it('lets go on cancel', () => {
    expect(play(scene(), [down(1), { kind: 'move', at: 7 }, { kind: 'cancel' }, { kind: 'up', at: 9, free: false }]).effects).toEqual([]);
  });
});

describe('keys', () => {
  const step = (over: Partial<Extract<KeyInput, { kind: 'step' }>> = {}): { key: KeyInput } => ({ key: { kind: 'step', by: 'character', forward: true, extend: false, ...over } });
  it('select from the caret and make a span, exactly what was selected', () => {
    const { effects, state } = play(scene(), [step(), step({ extend: true, by: 'word' }), { key: { kind: 'confirm' } }]);
    expect(effects).toEqual([{ kind: 'create', start: 1, end: 3 }]);
    expect(state.caret).toEqual({ anchor: 3, focus: 3 });
  });
  it('leave Enter and Escape to the workbench when they mean nothing here', () => {
    expect(play(scene(), [{ key: { kind: 'confirm' } }]).used).toBe(false);
    expect(play(scene(), [step(), { key: { kind: 'collapse' } }]).used).toBe(false);
    expect(play(scene(), [step({ extend: true }), { key: { kind: 'collapse' } }]).used).toBe(true);
  });
  it('select the span at the caret', () => {
    const spans = [{ id: 's1', start: 0, end: 3 }];
    expect(play(scene({ spans }), [step(), { key: { kind: 'confirm' } }]).effects).toEqual([{ kind: 'select', id: 's1' }]);
  });
  it('move the ends of the selected span', () => {
    const spans = [{ id: 's1', start: 4, end: 12 }];
    const adjust = (over: Partial<Extract<KeyInput, { kind: 'adjust' }>>): { key: KeyInput } => ({ key: { kind: 'adjust', edge: 'end', by: 'character', forward: true, ...over } });
    const selected = scene({ spans, selected: 's1' });
    expect(play(selected, [adjust({ by: 'word' })]).effects).toEqual([{ kind: 'change', id: 's1', start: 4, end: 18 }]);
    expect(play(selected, [adjust({ edge: 'start', forward: false })]).effects).toEqual([{ kind: 'change', id: 's1', start: 3, end: 12 }]);
    expect(play(scene({ spans: [{ id: 's1', start: 4, end: 5 }], selected: 's1' }), [adjust({ forward: false })]).effects).toEqual([]);
    expect(play(scene({ spans }), [adjust({})]).used).toBe(false);
  });
  it('let go of the selected span when the caret moves on', () => {
    expect(play(scene({ selected: 's1' }), [step()]).effects).toEqual([{ kind: 'select', id: null }]);
  });
});
