import { describe, expect, it } from 'vitest';
import { clipTo, handleAt, moveInside, rectBetween, resize, shapeAt } from './geometry';
import { canRedo, canUndo, execute, redo, startHistory, undo, type Command } from './history';
import { cursorFor, IDLE, step, type PointerInput, type Scene, type ToolName, type ToolState } from './tools';
import { fit, panBy, toImage, toScreen, visibleRect, zoomAt } from './viewport';
import { readableOn } from './draw';

const picture = { width: 200, height: 100 };

describe('geometry', () => {
  it('makes a rectangle from corners in any order', () => {
    expect(rectBetween({ x: 9, y: 2 }, { x: 3, y: 8 })).toEqual({ x: 3, y: 2, width: 6, height: 6 });
  });
  it('clips to the picture', () => {
    expect(clipTo({ x: -10, y: 90, width: 30, height: 30 }, picture)).toEqual({ x: 0, y: 90, width: 20, height: 10 });
  });
  it('moves without leaving the picture', () => {
    expect(moveInside({ x: 10, y: 10, width: 50, height: 50 }, { x: 500, y: -500 }, picture)).toEqual({ x: 150, y: 0, width: 50, height: 50 });
  });
  it('flips when a handle crosses over', () => {
    expect(resize({ x: 50, y: 20, width: 20, height: 20 }, 'e', { x: 30, y: 0 }, picture)).toEqual({ x: 30, y: 20, width: 20, height: 20 });
  });
  it('finds corner handles before edges', () => {
    const rect = { x: 0, y: 0, width: 4, height: 4 };
    expect(handleAt(rect, { x: 0, y: 0 }, 3)).toBe('nw');
    expect(handleAt({ x: 0, y: 0, width: 40, height: 40 }, { x: 20, y: 40 }, 3)).toBe('s');
    expect(handleAt({ x: 0, y: 0, width: 40, height: 40 }, { x: 20, y: 20 }, 3)).toBeNull();
  });
  it('hits the smallest of nested shapes', () => {
    const outer = { id: 'a', x: 0, y: 0, width: 100, height: 100 };
    const inner = { id: 'b', x: 10, y: 10, width: 10, height: 10 };
    expect(shapeAt([inner, outer], { x: 12, y: 12 }, 0)?.id).toBe('b');
    expect(shapeAt([inner, outer], { x: 150, y: 12 }, 0)).toBeNull();
  });
});

describe('viewport', () => {
  it('fits and centres', () => {
    const view = fit(picture, { width: 448, height: 448 });
    expect(view).toEqual({ scale: 2, x: 24, y: 124 });
  });
  it('keeps the point under the cursor when zooming', () => {
    const view = fit(picture, { width: 448, height: 448 });
    const cursor = { x: 77, y: 201 };
    const before = toImage(view, cursor);
    const after = toImage(zoomAt(view, cursor, 3.7), cursor);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });
  it('is its own inverse', () => {
    const view = { scale: 1.7, x: -13, y: 8 };
    const there = toScreen(view, { x: 5, y: 6 });
    expect(toImage(view, there).x).toBeCloseTo(5);
    expect(toImage(view, there).y).toBeCloseTo(6);
  });
  it('never loses the picture', () => {
    const view = panBy({ scale: 1, x: 0, y: 0 }, { x: 9999, y: -9999 }, picture, { width: 400, height: 300 });
    expect(view).toEqual({ scale: 1, x: 360, y: -60 });
  });
  it('knows what is visible', () => {
    expect(visibleRect({ scale: 2, x: 20, y: 0 }, { width: 100, height: 50 })).toEqual({ x: -10, y: 0, width: 50, height: 25 });
  });
});

const input = (kind: PointerInput['kind'], x: number, y: number, panning = false): PointerInput => ({
  kind, image: { x, y }, screen: { x, y }, panning, tolerance: 4,
});

function drag(tool: ToolName, scene: Scene, from: [number, number], to: [number, number], panning = false) {
  let state: ToolState = IDLE;
  const effects = [];
  for (const event of [input('down', ...from, panning), input('move', ...to, panning), input('up', ...to, panning)]) {
    const next = step(tool, state, event, scene);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

describe('tools', () => {
  const box = { id: 'b1', x: 20, y: 20, width: 40, height: 40 };
  const scene: Scene = { shapes: [box], selected: null, picture, editable: true };

  it('draws a box, clipped to the picture', () => {
    expect(drag('box', scene, [150, 50], [400, 90]).effects).toEqual([{ kind: 'create', rect: { x: 150, y: 50, width: 50, height: 40 } }]);
  });
  it('takes a click with the box tool as a selection', () => {
    expect(drag('box', scene, [30, 30], [30, 30]).effects).toEqual([{ kind: 'select', id: 'b1' }]);
    expect(drag('box', scene, [150, 80], [151, 80]).effects).toEqual([{ kind: 'select', id: null }]);
  });
  it('selects and moves', () => {
    expect(drag('select', scene, [30, 30], [40, 25]).effects).toEqual([
      { kind: 'select', id: 'b1' },
      { kind: 'change', id: 'b1', rect: { x: 30, y: 15, width: 40, height: 40 } },
    ]);
  });
  it('resizes the selected box by its handle, whatever the tool', () => {
    const selected = { ...scene, selected: 'b1' };
    for (const tool of ['select', 'box'] as const) {
      expect(drag(tool, selected, [60, 60], [80, 70]).effects).toEqual([{ kind: 'change', id: 'b1', rect: { x: 20, y: 20, width: 60, height: 50 } }]);
    }
  });
  it('changes nothing on a click', () => {
    expect(drag('select', scene, [30, 30], [30, 30]).effects).toEqual([{ kind: 'select', id: 'b1' }]);
  });
  it('pans with Space or the middle button under any tool', () => {
    expect(drag('box', scene, [10, 10], [25, 5], true).effects).toEqual([{ kind: 'pan', by: { x: 15, y: -5 } }]);
  });
  it('only selects where editing is off', () => {
    const frozen = { ...scene, editable: false };
    expect(drag('select', frozen, [30, 30], [90, 90]).effects).toEqual([{ kind: 'select', id: 'b1' }]);
    expect(drag('box', frozen, [30, 30], [90, 90]).effects).toEqual([{ kind: 'select', id: 'b1' }]);
  });
  it('forgets the shape in the making on cancel', () => {
    const drawing = step('box', IDLE, input('down', 5, 5), scene).state;
    expect(step('box', drawing, input('cancel', 5, 5), scene)).toEqual({ state: IDLE, effects: [] });
  });
  it('tells by the cursor what a press would do', () => {
    expect(cursorFor('box', IDLE, input('move', 100, 5), scene)).toBe('crosshair');
    expect(cursorFor('select', IDLE, input('move', 30, 30), scene)).toBe('move');
    expect(cursorFor('select', IDLE, input('move', 60, 60), { ...scene, selected: 'b1' })).toBe('nwse-resize');
  });
});

describe('history', () => {
  const add = (n: number): Command<number> => ({ name: 'add', apply: (s) => s + n, revert: (s) => s - n });
  it('undoes and redoes in order, and forgets redo after a new change', () => {
    let history = [1, 2, 3].reduce((h, n) => execute(h, add(n)), startHistory(0));
    expect(history.state).toBe(6);
    history = undo(undo(history));
    expect(history.state).toBe(1);
    expect(canRedo(history)).toBe(true);
    history = redo(history);
    expect(history.state).toBe(3);
    history = execute(history, add(10));
    expect([history.state, canRedo(history), canUndo(history)]).toEqual([13, false, true]);
    expect(redo(history)).toBe(history);
  });
  it('has nothing to undo at the start', () => {
    const history = startHistory('x');
    expect(undo(history)).toBe(history);
  });
});

describe('captions', () => {
  it('read on their colour', () => {
    expect(readableOn('#ffffff')).toBe('#12181b');
    expect(readableOn('#000080')).toBe('#fff');
  });
});
