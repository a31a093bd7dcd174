import { describe, expect, it } from 'vitest';
import { chosenOf, liveInterval, mark, UNMARKED, type MarkEffect, type MarkInput, type MarkScene, type MarkState } from './marking';
import { clock, peaksOf } from './peaks';

const scene = (over: Partial<MarkScene> = {}): MarkScene => ({ duration: 10, intervals: [], selected: null, editable: true, creating: true, playhead: 0, ...over });
function play(where: MarkScene, inputs: readonly MarkInput[], from: MarkState = UNMARKED) {
  let state = from;
  const effects: MarkEffect[] = [];
  for (const input of inputs) {
    const next = mark(state, input, where);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}
const drag = (from: number, to: number): MarkInput[] => [{ kind: 'down', at: from }, { kind: 'move', at: to }, { kind: 'up', at: to }];

describe('marking a recording', () => {
  it('makes an interval by dragging either way, within the recording', () => {
    expect(play(scene(), drag(2, 4.12345)).effects).toEqual([{ kind: 'create', start: 2, end: 4.123 }]);
    expect(play(scene(), drag(9, 99)).effects).toEqual([{ kind: 'create', start: 9, end: 10 }]);
    expect(play(scene(), drag(3, -1)).effects).toEqual([{ kind: 'create', start: 0, end: 3 }]);
  });
  it('goes to a place on a click, and selects what is there, the shortest first', () => {
    const intervals = [{ id: 'long', start: 0, end: 9 }, { id: 'short', start: 2, end: 3 }];
    expect(play(scene({ intervals }), drag(2.5, 2.505)).effects).toEqual([{ kind: 'seek', to: 2.505 }, { kind: 'select', id: 'short' }]);
    expect(play(scene({ intervals, selected: 'short' }), drag(2.5, 2.5)).effects.at(-1)).toEqual({ kind: 'select', id: 'long' });
    expect(play(scene({ intervals }), drag(9.5, 9.5)).effects.at(-1)).toEqual({ kind: 'select', id: null });
  });
  it('moves an end, never past the other', () => {
    const intervals = [{ id: 'i1', start: 2, end: 3 }];
    const held: MarkInput = { kind: 'down', at: 2, edge: { id: 'i1', edge: 'start' } };
    expect(play(scene({ intervals }), [held, { kind: 'move', at: 1 }, { kind: 'up', at: 1 }]).effects).toEqual([{ kind: 'change', id: 'i1', start: 1, end: 3 }]);
    expect(play(scene({ intervals }), [held, { kind: 'up', at: 8 }]).effects).toEqual([{ kind: 'change', id: 'i1', start: 2.98, end: 3 }]);
    expect(liveInterval({ id: 'i1', start: 2, end: 3 }, play(scene({ intervals }), [held, { kind: 'move', at: 2.5 }]).state)).toEqual({ id: 'i1', start: 2.5, end: 3 });
  });
  it('works by keys alone', () => {
    const stepped = play(scene({ playhead: 5 }), [{ kind: 'step', by: 1, extend: true }]);
    expect([stepped.effects, chosenOf(stepped.state)]).toEqual([[{ kind: 'seek', to: 6 }], { start: 5, end: 6 }]);
    expect(play(scene({ playhead: 6 }), [{ kind: 'confirm' }], stepped.state).effects).toEqual([{ kind: 'create', start: 5, end: 6 }]);
    expect(mark(UNMARKED, { kind: 'confirm' }, scene()).used).toBe(false);
    expect(play(scene({ intervals: [{ id: 'i1', start: 2, end: 3 }], selected: 'i1' }), [{ kind: 'adjust', edge: 'end', by: 0.1 }]).effects).toEqual([{ kind: 'change', id: 'i1', start: 2, end: 3.1 }]);
  });
  it('changes nothing where nothing may be changed', () => {
    expect(play(scene({ editable: false }), drag(1, 3)).effects).toEqual([]);
    expect(mark(UNMARKED, { kind: 'adjust', edge: 'end', by: 1 }, scene({ editable: false, selected: 'i1', intervals: [{ id: 'i1', start: 2, end: 3 }] })).used).toBe(false);
  });
});

describe('outline', () => {
  it('keeps the swing of each stretch', () => {
    expect([...peaksOf(Float32Array.from([0, 0.5, -0.25, 0, 1, -1]), 3)]).toEqual([0, 0.5, -0.25, 0, -1, 1]);
    expect(peaksOf(new Float32Array(), 2)).toHaveLength(4);
  });
  it('tells the time', () => expect([clock(0), clock(5.2), clock(65.204), clock(59.999), clock(3600)]).toEqual(['0:00.00', '0:05.20', '1:05.20', '1:00.00', '60:00.00']));
});
