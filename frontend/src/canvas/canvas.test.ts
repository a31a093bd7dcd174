import { describe, expect, it } from 'vitest';
import { clipTo, rectBetween } from './geometry';
import { canRedo, canUndo, execute, redo, startHistory, undo, type Command } from './history';
import { fit, panBy, toImage, toScreen, visibleRect, zoomAt } from './viewport';
import { readableOn } from './paint/style';

const picture = { width: 200, height: 100 };

describe('geometry', () => {
  it('makes a rectangle from corners in any order', () => {
    expect(rectBetween({ x: 9, y: 2 }, { x: 3, y: 8 })).toEqual({ x: 3, y: 2, width: 6, height: 6 });
  });
  it('clips to the picture', () => {
    expect(clipTo({ x: -10, y: 90, width: 30, height: 30 }, picture)).toEqual({ x: 0, y: 90, width: 20, height: 10 });
  });
});

describe('viewport', () => {
  it('fits and centres', () => {
    const view = fit(picture, { width: 528, height: 448 });
    expect(view).toEqual({ scale: 2, x: 64, y: 124 });
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
