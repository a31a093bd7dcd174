import { describe, expect, it } from 'vitest';
import { NO_RULES } from '../../api/standard_shape';
import type { Item, Layer, StandardContent } from '../../api/types';
import { pasted } from './clipboard';
import { measuresOf } from './measures';
import { paintedShapes } from './painted';
import { brushStep } from './useDisplay';

const layer = (over: Partial<Layer>): Layer => ({
  name: 'roads', kind: 'polyline', field: 'image', required: false, multiple: false, skeleton: null, rules: NO_RULES,
  classes: [{ name: 'lane', color: '#336699', hotkey: null, attributes: [] }], ...over,
});
const people = layer({ name: 'people', kind: 'skeleton', skeleton: { points: ['head', 'foot'], edges: [[0, 1]] } });
const content: StandardContent = { title: 't', guideline: '', layers: [layer({}), people] };
const line: Item = { id: 'p1', layer: 'roads', class: 'lane', kind: 'polyline', points: [[0, 0], [30, 40]], attributes: { worn: true } };
const figure: Item = { id: 's1', layer: 'people', class: 'lane', kind: 'skeleton', joints: [[5, 5, 2], [0, 0, 0]], score: 0.5 };
const picture = { width: 100, height: 50 };

describe('pasting', () => {
  it('puts a region in its old place under a free id', () => {
    expect(pasted(line, [], content, picture)).toEqual({ ...line, id: 'p1' });
  });
  it('puts it beside what stands there, inside the picture', () => {
    const first = pasted(line, [line], content, picture);
    expect(first).toMatchObject({ id: 'p2', points: [[12, 10], [42, 50]], attributes: { worn: true } });
    expect(first && pasted(line, [line, first], content, picture)).toMatchObject({ id: 'p3', points: [[24, 10], [54, 50]] });
  });
  it('keeps out of standards that have no such layer or class', () => {
    expect(pasted({ ...line, layer: 'rivers' }, [], content, picture)).toBeNull();
    expect(pasted({ ...line, class: 'ditch' }, [], content, picture)).toBeNull();
    expect(pasted({ ...line, layer: 'people' }, [], content, picture)).toBeNull();
  });
});

describe('regions to paint', () => {
  const bench = { answer: [line], content, best: null, accepted: null, hidden: new Set<string>(), locked: new Set(['p1']) };
  it('are those that are not hidden, with what holds them', () => {
    expect(paintedShapes(bench, true)).toMatchObject([{ id: 'p1', color: '#336699', caption: 'lane', locked: true, predicted: false, bounds: { x: 0, y: 0, width: 30, height: 40 } }]);
    expect(paintedShapes({ ...bench, hidden: new Set(['p1']) }, true)).toEqual([]);
  });
  it('have the prediction beneath them, of every shape', () => {
    const best = { id: 'm', result: { items: [figure] } } as unknown as NonNullable<Parameters<typeof paintedShapes>[0]['best']>;
    const shapes = paintedShapes({ ...bench, best }, true);
    expect(shapes.map(({ id, predicted }) => [id, predicted])).toEqual([['prediction/s1', true], ['p1', false]]);
    expect(shapes[0]?.plan).toEqual({ points: ['head', 'foot'], edges: [[0, 1]] });
    expect(paintedShapes({ ...bench, best }, false)).toHaveLength(1);
  });
});

describe('measures', () => {
  it('are in pixels of the source', () => {
    expect(measuresOf({ kind: 'polyline', points: [[0, 0], [30, 40]] })[0]).toEqual({ key: 'length', values: { length: '50' } });
    expect(measuresOf({ kind: 'polygon', points: [[0, 0], [60, 0], [60, 60], [0, 60]] }).slice(0, 2)).toEqual([{ key: 'area', values: { area: '3,600' } }, { key: 'size', values: { width: '60', height: '60' } }]);
    expect(measuresOf({ kind: 'skeleton', joints: [[5, 5, 2], [0, 0, 0]] })[0]).toEqual({ key: 'joints', values: { there: 1, all: 2 } });
    expect(measuresOf({ kind: 'mask', x: 0, y: 0, width: 3, height: 1, counts: [1, 2] })[0]).toEqual({ key: 'area', values: { area: '2' } });
  });
});

describe('the brush', () => {
  it('grows and shrinks by a fifth, by a pixel at least, within bounds', () => {
    expect([brushStep(50, 1), brushStep(50, -1), brushStep(2, 1), brushStep(1, -1), brushStep(1000, 1)]).toEqual([60, 40, 3, 1, 1000]);
  });
});
