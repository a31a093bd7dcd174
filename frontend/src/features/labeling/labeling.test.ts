import { describe, expect, it } from 'vitest';
import { execute, redo, startHistory, undo } from '../../canvas/history';
import type { Shape } from '../../canvas/shapes/shape';
import { NO_RULES } from '../../api/standard_shape';
import type { Item, Layer, StandardContent } from '../../api/types';
import type { Rect } from '../../canvas/geometry';
import { addItem, changeItem, chooseClass, freeId, newShape, removeItem, withShape, withoutScores, type Answer } from './document';
import { isAssignable, matchKey, type KeyPress } from './keymap';
import { findings } from './validate';

const layer = (over: Partial<Layer> = {}): Layer => ({
  name: 'label', kind: 'classification', field: 'image', required: true, multiple: false, skeleton: null, rules: NO_RULES,
  classes: ['cat', 'dog'].map((name) => ({ name, color: '#336699', hotkey: null, attributes: [] })),
  ...over,
});

function newBox(answer: Answer, boxes: Layer, className: string, rect: Rect): Item {
  const item = newShape(answer, boxes, className, { kind: 'box', ...rect });
  if (!item) throw new Error('the layer takes no boxes');
  return item;
}

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key, code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key,
  ctrl: false, shift: false, alt: false, composing: false, typing: false, onControl: false, ...over,
});

describe('keymap', () => {
  it('reads digits as classes, 0 as the tenth', () => {
    expect(matchKey(press('1'))).toEqual({ class: 0 });
    expect(matchKey(press('9'))).toEqual({ class: 8 });
    expect(matchKey(press('0'))).toEqual({ class: 9 });
    expect(matchKey(press('3', { ctrl: true }))).toEqual({ class: 2 });
  });
  it('submits, skips, undoes, redoes', () => {
    expect(matchKey(press('Enter'))).toEqual({ action: 'submit' });
    expect(matchKey(press('Enter', { ctrl: true }))).toEqual({ action: 'submit' });
    expect(matchKey(press(' ', { code: 'Space', ctrl: true }))).toEqual({ action: 'skip' });
    expect(matchKey(press('z', { ctrl: true }))).toEqual({ action: 'undo' });
    expect(matchKey(press('Z', { ctrl: true, shift: true, code: 'KeyZ' }))).toEqual({ action: 'redo' });
    expect(matchKey(press('y', { ctrl: true }))).toEqual({ action: 'redo' });
  });
  it('goes by the physical key where a modifier is held', () => {
    expect(matchKey(press('w', { ctrl: true, code: 'KeyZ' }))).toEqual({ action: 'undo' });
  });
  it('never fires in a text field, but for Ctrl+Enter, Ctrl+S and Esc', () => {
    expect(matchKey(press('1', { typing: true }))).toBeNull();
    expect(matchKey(press('Enter', { typing: true }))).toBeNull();
    expect(matchKey(press('z', { typing: true, ctrl: true }))).toBeNull();
    expect(matchKey(press('Enter', { typing: true, ctrl: true }))).toEqual({ action: 'submit' });
    expect(matchKey(press('Escape', { typing: true }))).toEqual({ action: 'cancel' });
  });
  it('never fires during composition', () => {
    expect(matchKey(press('Enter', { composing: true, ctrl: true }))).toBeNull();
    expect(matchKey(press('Process'))).toBeNull();
  });
  it('leaves Enter and Space to a focused button', () => {
    expect(matchKey(press('Enter', { onControl: true }))).toBeNull();
    expect(matchKey(press('Enter', { onControl: true, ctrl: true }))).toEqual({ action: 'submit' });
  });
  it('draws, copies, hides and locks', () => {
    const asked = (key: string, over: Partial<KeyPress> = {}) => {
      const match = matchKey(press(key, over));
      return match && 'action' in match ? match.action : match;
    };
    expect(['p', 'o', 'k', 'b', 'e', '[', ']', 'n', 'q'].map((key) => asked(key))).toEqual(['tool_polygon', 'tool_ellipse', 'tool_point', 'tool_brush', 'tool_eraser', 'brush_smaller', 'brush_larger', 'repeat_tool', 'skip_joint']);
    expect(['d', 'c', 'v'].map((key) => asked(key, { ctrl: true }))).toEqual(['duplicate', 'copy', 'paste']);
    expect(['h', 'l'].map((key) => asked(key, { alt: true }))).toEqual(['hide', 'lock']);
    expect([asked('R', { shift: true }), asked('Delete', { shift: true })]).toEqual(['tool_rotated_box', 'delete_locked']);
    expect(asked('l', { alt: true, code: 'KeyQ' })).toBeNull();
  });
  it('gives free letters to classes and keeps reserved ones', () => {
    expect(matchKey(press('s'))).toEqual({ classKey: 's' });
    expect(matchKey(press('a'))).toEqual({ action: 'accept_prediction' });
    for (const key of 'ijlstuyz') expect([isAssignable(key), 'classKey' in (matchKey(press(key)) ?? {})]).toEqual([true, true]);
    expect(isAssignable('a')).toBe(false);
  });
});

describe('answer', () => {
  it('chooses one class, replaces it, and undoes it', () => {
    let history = startHistory<Answer>([]);
    const choose = (name: string) => {
      const command = chooseClass(history.state, layer(), name);
      if (command) history = execute(history, command);
    };
    choose('cat');
    choose('dog');
    choose('dog');
    expect(history.state.map((item) => item.class)).toEqual(['dog']);
    expect(history.past).toHaveLength(2);
    history = undo(history);
    expect(history.state.map((item) => item.class)).toEqual(['cat']);
    history = undo(history);
    expect(history.state).toEqual([]);
    history = redo(redo(history));
    expect(history.state.map((item) => item.class)).toEqual(['dog']);
  });
  it('toggles where several classes may stand', () => {
    const many = layer({ multiple: true });
    let history = startHistory<Answer>([]);
    for (const name of ['cat', 'dog', 'cat']) {
      const command = chooseClass(history.state, many, name);
      if (command) history = execute(history, command);
    }
    expect(history.state.map((item) => item.class)).toEqual(['dog']);
  });
  it('puts a removed box back in its place', () => {
    const boxes = layer({ name: 'objects', kind: 'box' });
    const rect = { x: 1, y: 2, width: 3, height: 4 };
    let history = startHistory<Answer>([]);
    for (const name of ['cat', 'dog', 'cat']) history = execute(history, addItem(newBox(history.state, boxes, name, rect)));
    expect(history.state.map((item) => item.id)).toEqual(['b1', 'b2', 'b3']);
    const before = history.state;
    history = execute(history, removeItem(history.state, 'b2'));
    expect(freeId(history.state, 'box')).toBe('b2');
    expect(undo(history).state).toEqual(before);
  });
  it('changes and reverts one item', () => {
    const item = newBox([], layer({ name: 'objects', kind: 'box' }), 'cat', { x: 0, y: 0, width: 5, height: 5 });
    const history = execute(startHistory<Answer>([item]), changeItem(item, { ...item, class: 'dog' }));
    expect(history.state[0]?.class).toBe('dog');
    expect(undo(history).state[0]?.class).toBe('cat');
  });
  it('takes of a drawn shape only what the layer holds', () => {
    const lines = layer({ name: 'roads', kind: 'polyline' });
    const points = [[0, 0], [5, 5]];
    expect(newShape([], lines, 'cat', { kind: 'polyline', points })).toMatchObject({ id: 'p1', layer: 'roads', kind: 'polyline', class: 'cat', points });
    expect(newShape([], lines, 'cat', { kind: 'polygon', points })).toBeNull();
  });
  it('leaves nothing of the old geometry behind', () => {
    const item: Item = { id: 'm1', layer: 'l', class: 'cat', kind: 'mask', x: 0, y: 0, width: 2, height: 1, counts: [0, 2], attributes: { age: 3 } };
    expect(withShape(item, { kind: 'point', x: 4, y: 5 })).toEqual({ id: 'm1', layer: 'l', class: 'cat', kind: 'point', x: 4, y: 5, attributes: { age: 3 } });
  });
  it('drops scores when a prediction is taken over', () => {
    expect(withoutScores([{ id: 'c1', layer: 'label', kind: 'classification', class: 'cat', score: 0.9 }])).toEqual([
      { id: 'c1', layer: 'label', kind: 'classification', class: 'cat' },
    ]);
  });
});

describe('rules', () => {
  const content = (layers: Layer[]): StandardContent => ({ title: 't', guideline: '', layers });
  it('asks for a required layer', () => {
    expect(findings(content([layer()]), []).map((each) => each.code)).toEqual(['required_layer']);
    expect(findings(content([layer({ required: false })]), [])).toEqual([]);
  });
  it('checks size, count, class and attributes', () => {
    const boxes = layer({
      name: 'objects', kind: 'box', required: false, rules: { ...NO_RULES, min_width: 10, min_height: 4, max_items: 1 },
      classes: [{ name: 'cat', color: '#000000', hotkey: null, attributes: [{ name: 'age', kind: 'number', required: true }] }],
    });
    const small = newBox([], boxes, 'cat', { x: 0, y: 0, width: 5, height: 5 });
    const alien = newBox([small], boxes, 'fish', { x: 0, y: 0, width: 50, height: 50 });
    expect(findings(content([boxes]), [small, alien]).map((each) => each.code)).toEqual(['too_many', 'too_small', 'required_attribute', 'unknown_class']);
  });
  it('measures every surface by its bounds, and no line or point', () => {
    const codes = (kind: Layer['kind'], shape: Shape) => {
      const rules = { ...NO_RULES, min_width: 10, min_height: 10 };
      const one = layer({ name: 'objects', kind, required: false, rules });
      const item = newShape([], one, 'cat', shape);
      return item ? findings(content([one]), [item]).map((each) => each.code) : null;
    };
    expect(codes('polygon', { kind: 'polygon', points: [[0, 0], [9, 0], [9, 50]] })).toEqual(['too_small']);
    expect(codes('rotated_box', { kind: 'rotated_box', cx: 50, cy: 50, width: 12, height: 4, angle: 45 })).toEqual([]);
    expect(codes('ellipse', { kind: 'ellipse', cx: 50, cy: 50, rx: 20, ry: 4, angle: 0 })).toEqual(['too_small']);
    expect(codes('mask', { kind: 'mask', x: 0, y: 0, width: 3, height: 1, counts: [0, 3] })).toEqual(['too_small']);
    expect(codes('polyline', { kind: 'polyline', points: [[0, 0], [2, 2]] })).toEqual([]);
    expect(codes('point', { kind: 'point', x: 0, y: 0 })).toEqual([]);
  });
  it('keeps shapes inside the picture, or in touch with it', () => {
    const codes = (inside: boolean, shape: Shape) => {
      const one = layer({ name: 'objects', kind: shape.kind, required: false, rules: { ...NO_RULES, inside } });
      const item = newShape([], one, 'cat', shape);
      return item ? findings(content([one]), [item], { image: { width: 100, height: 50 } }).map((each) => each.code) : null;
    };
    const crossing: Shape = { kind: 'rotated_box', cx: 98, cy: 20, width: 10, height: 4, angle: 0 };
    expect([codes(true, crossing), codes(false, crossing)]).toEqual([['outside'], []]);
    expect(codes(false, { ...crossing, cx: 200 })).toEqual(['outside']);
    expect(codes(true, { kind: 'skeleton', joints: [[0, 0, 0], [100, 50, 2]] })).toEqual([]);
  });
});
