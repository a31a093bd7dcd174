import { describe, expect, it } from 'vitest';
import { Grid } from '../grid';
import { boundsOfShape } from '../shapes/geometry_of';
import type { Shape } from '../shapes/shape';
import { cursorFor } from './cursor';
import { obey, outlives, shapeInHand, skipFirst, step } from './step';
import { IDLE, type Effect, type Order, type PointerInput, type Scene, type ToolName, type ToolState } from './tool';
import { toolInHand, toolsFor } from './toolbox';

const picture = { width: 200, height: 100 };

function sceneOf(shapes: Record<string, Shape>, over: Partial<Scene> & { locked?: string } = {}): Scene {
  const placed = Object.entries(shapes).map(([id, shape]) => ({ id, shape, bounds: boundsOfShape(shape), locked: over.locked === id }));
  return { shapes: new Grid(placed), selected: null, picture, editable: true, brush: 4, joints: 3, ...over };
}

type Act = [PointerInput['kind'], number, number, ('shift' | 'alt' | 'panning')?] | Order;

const DRAWN_IN_STEPS: readonly ToolName[] = ['polygon', 'polyline', 'skeleton', 'rotated_box'];

/** Plays a row of presses and keys, and keeps everything they ask for; but for the unselecting that begins each shape made in steps. */
function play(tool: ToolName, scene: Scene, acts: Act[], from: ToolState = IDLE): { state: ToolState; effects: Effect[] } {
  let state = from;
  const effects: Effect[] = [];
  for (const act of acts) {
    const made = typeof act === 'string' ? obey(state, act, scene) : step(tool, state, {
      kind: act[0], image: { x: act[1], y: act[2] }, screen: { x: act[1], y: act[2] }, tolerance: 4, panning: act[3] === 'panning', shift: act[3] === 'shift', alt: act[3] === 'alt',
    }, scene);
    if (!made) continue;
    state = made.state;
    effects.push(...made.effects);
  }
  return { state, effects: DRAWN_IN_STEPS.includes(tool) && scene.editable ? effects.filter((effect) => effect.kind !== 'select') : effects };
}

const click = (x: number, y: number, modifier?: 'shift' | 'alt'): Act[] => [['move', x, y, modifier], ['down', x, y, modifier], ['up', x, y, modifier]];
const drag = (x: number, y: number, toX: number, toY: number, modifier?: 'panning' | 'alt'): Act[] => [['down', x, y, modifier], ['move', toX, toY, modifier], ['up', toX, toY, modifier]];

const box: Shape = { kind: 'box', x: 20, y: 20, width: 40, height: 40 };
const boxes = sceneOf({ b1: box });
const empty = sceneOf({});

describe('boxes and ellipses', () => {
  it('are drawn from corner to corner, clipped to the picture', () => {
    expect(play('box', boxes, drag(150, 50, 400, 90)).effects).toEqual([{ kind: 'create', shape: { kind: 'box', x: 150, y: 50, width: 50, height: 40 } }]);
    expect(play('ellipse', boxes, drag(100, 20, 140, 40)).effects).toEqual([{ kind: 'create', shape: { kind: 'ellipse', cx: 120, cy: 30, rx: 20, ry: 10, angle: 0 } }]);
  });
  it('take a click for a selection', () => {
    expect(play('box', boxes, click(30, 30)).effects).toEqual([{ kind: 'select', id: 'b1' }]);
    expect(play('box', boxes, [['down', 150, 80], ['up', 151, 80]]).effects).toEqual([{ kind: 'select', id: null }]);
  });
  it('are forgotten when the system takes the drag away', () => {
    expect(play('box', boxes, [['down', 5, 5], ['cancel', 5, 5]])).toEqual({ state: IDLE, effects: [] });
  });
});

describe('selecting', () => {
  it('selects and moves', () => {
    expect(play('select', boxes, drag(30, 30, 40, 25)).effects).toEqual([{ kind: 'select', id: 'b1' }, { kind: 'change', id: 'b1', shape: { ...box, x: 30, y: 15 } }]);
  });
  it('resizes the selected shape by its grip, whatever draws', () => {
    const selected = sceneOf({ b1: box }, { selected: 'b1' });
    for (const tool of ['select', 'box'] as const) {
      expect(play(tool, selected, drag(60, 60, 80, 70)).effects).toEqual([{ kind: 'change', id: 'b1', shape: { ...box, width: 60, height: 50 } }]);
    }
    expect(play('select', selected, drag(60, 60, 300, 300)).effects).toEqual([{ kind: 'change', id: 'b1', shape: { ...box, width: 180, height: 80 } }]);
  });
  it('changes nothing on a click', () => {
    expect(play('select', boxes, click(30, 30)).effects).toEqual([{ kind: 'select', id: 'b1' }]);
    expect(play('select', sceneOf({ b1: box }, { selected: 'b1' }), click(61, 60)).effects).toEqual([]);
  });
  it('reaches the smaller of two, and holds on to the selected one', () => {
    const inner: Shape = { kind: 'point', x: 40, y: 40 };
    expect(play('select', sceneOf({ p: inner, b1: box }), click(41, 41)).effects).toEqual([{ kind: 'select', id: 'p' }]);
    const outer: Shape = { kind: 'box', x: 0, y: 0, width: 100, height: 100 };
    expect(play('select', sceneOf({ b1: box, o: outer }, { selected: 'o' }), click(5, 90)).effects).toEqual([{ kind: 'select', id: 'o' }]);
    expect(play('select', sceneOf({ b1: box, o: outer }, { selected: 'o' }), click(40, 40)).effects).toEqual([{ kind: 'select', id: 'b1' }]);
  });
  it('goes through what is locked', () => {
    expect(play('select', sceneOf({ b1: box }, { locked: 'b1', selected: 'b1' }), drag(60, 60, 80, 70)).effects[0]).toEqual({ kind: 'select', id: null });
  });
  it('only selects where editing is off', () => {
    const frozen = sceneOf({ b1: box }, { editable: false });
    for (const tool of ['select', 'box', 'polygon', 'brush'] as const) expect(play(tool, frozen, drag(30, 30, 90, 90)).effects).toEqual([{ kind: 'select', id: 'b1' }]);
  });
  it('pans with Space or the middle button under any tool, and then goes on drawing', () => {
    expect(play('box', boxes, drag(10, 10, 25, 5, 'panning')).effects).toEqual([{ kind: 'pan', by: { x: 15, y: -5 } }]);
    const drawn = play('polygon', empty, [...click(10, 10), ...click(50, 10), ...drag(0, 0, 9, 9, 'panning'), ...click(50, 50), 'finish']);
    expect(drawn.effects.at(-1)).toEqual({ kind: 'create', shape: { kind: 'polygon', points: [[10, 10], [50, 10], [50, 50]] } });
  });
});

describe('rotated boxes', () => {
  const wanted = { cx: 60, cy: 40, width: 40, height: 20, angle: 0 };
  it('are an edge and a depth', () => {
    expect(play('rotated_box', empty, [...drag(40, 30, 80, 30), ...click(70, 50)]).effects).toEqual([{ kind: 'create', shape: { kind: 'rotated_box', ...wanted } }]);
    expect(play('rotated_box', empty, [...click(40, 30), ...click(80, 30), ...click(70, 50)]).effects).toEqual([{ kind: 'create', shape: { kind: 'rotated_box', ...wanted } }]);
  });
  it('open to either side, at any angle', () => {
    expect(play('rotated_box', empty, [...drag(40, 50, 80, 50), ...click(70, 30)]).effects).toEqual([{ kind: 'create', shape: { kind: 'rotated_box', ...wanted } }]);
    expect(play('rotated_box', empty, [...drag(50, 20, 50, 60), ...click(30, 40)]).effects).toEqual([{ kind: 'create', shape: { kind: 'rotated_box', cx: 40, cy: 40, width: 40, height: 20, angle: 90 } }]);
  });
  it('can be given up by the key that takes back', () => {
    expect(play('rotated_box', empty, [...drag(40, 30, 80, 30), 'back']).state).toEqual(IDLE);
  });
});

describe('outlines', () => {
  const corners = [...click(10, 10), ...click(50, 10), ...click(50, 50)];
  const triangle = { kind: 'polygon', points: [[10, 10], [50, 10], [50, 50]] };
  it('finish by a key, or by a click on the first point', () => {
    expect(play('polygon', empty, [...corners, 'finish']).effects).toEqual([{ kind: 'create', shape: triangle }]);
    expect(play('polygon', empty, [...corners, ...click(12, 11)]).effects).toEqual([{ kind: 'create', shape: triangle }]);
    expect(play('polyline', empty, [...corners, ...click(12, 11), 'finish']).effects).toEqual([{ kind: 'create', shape: { kind: 'polyline', points: [...triangle.points, [12, 11]] } }]);
  });
  it('count the second press of a double click once', () => {
    expect(play('polyline', empty, [...click(10, 10), ...click(50, 10), ...click(51, 10), 'finish']).effects).toEqual([{ kind: 'create', shape: { kind: 'polyline', points: [[10, 10], [50, 10]] } }]);
  });
  it('give their last point back', () => {
    expect(play('polygon', empty, [...corners, ...click(90, 90), 'back', 'finish']).effects).toEqual([{ kind: 'create', shape: triangle }]);
    expect(play('polygon', empty, [...click(10, 10), 'back']).state).toEqual(IDLE);
  });
  it('let go of what was selected', () => {
    const begun = step('polygon', IDLE, { kind: 'down', image: { x: 9, y: 9 }, screen: { x: 9, y: 9 }, tolerance: 4, panning: false, shift: false, alt: false }, empty);
    expect(begun.effects).toEqual([{ kind: 'select', id: null }]);
  });
  it('stay in hand while they have too few points', () => {
    const { state, effects } = play('polygon', empty, [...click(10, 10), ...click(50, 10), 'finish']);
    expect([state.kind, effects]).toEqual(['outline', []]);
  });
  it('show the stretch to the pointer', () => {
    expect(shapeInHand(play('polyline', empty, [...click(10, 10), ['move', 20, 30]]).state)).toEqual({ kind: 'polyline', points: [[10, 10], [20, 30]] });
  });
  it('wait while one pans, and go with another tool', () => {
    const begun = play('polygon', empty, click(10, 10)).state;
    expect([outlives(begun, 'pan'), outlives(begun, 'polygon'), outlives(begun, 'fill'), outlives(begun, 'select'), outlives(IDLE, 'pan')]).toEqual([true, true, false, false, false]);
    const panned = play('pan', empty, drag(0, 0, 9, 9), begun);
    expect(panned).toEqual({ state: begun, effects: [{ kind: 'pan', by: { x: 9, y: 9 } }] });
  });
  it('survive a press that the system takes away', () => {
    expect(play('polygon', empty, [...corners, ['cancel', 0, 0], 'finish']).effects).toEqual([{ kind: 'create', shape: triangle }]);
  });
  it('are changed by their vertices: pulled, made from a midpoint, taken away with Alt', () => {
    const square: Shape = { kind: 'polygon', points: [[20, 20], [60, 20], [60, 60], [20, 60]] };
    const scene = sceneOf({ p: square }, { selected: 'p' });
    const points = (acts: Act[]) => play('select', scene, acts).effects.map((effect) => (effect.kind === 'change' && effect.shape.kind === 'polygon' ? effect.shape.points : effect));
    expect(points(drag(60, 60, 70, 70))).toEqual([[[20, 20], [60, 20], [70, 70], [20, 60]]]);
    expect(points(drag(40, 20, 40, 10))).toEqual([[[20, 20], [40, 10], [60, 20], [60, 60], [20, 60]]]);
    expect(points(click(60, 20, 'alt'))).toEqual([[[20, 20], [60, 60], [20, 60]]]);
  });
  it('may begin at a vertex of the selected one', () => {
    const scene = sceneOf({ p: triangle as Shape }, { selected: 'p' });
    expect(play('polygon', scene, [...click(10, 10), ...click(0, 40), ...click(20, 60), 'finish']).effects).toEqual([{ kind: 'create', shape: { kind: 'polygon', points: [[10, 10], [0, 40], [20, 60]] } }]);
  });
});

describe('points and skeletons', () => {
  it('set a point with each click', () => {
    expect(play('point', empty, [...click(10.123, 10), ...click(500, 50)]).effects).toEqual([{ kind: 'create', shape: { kind: 'point', x: 10.12, y: 10 } }, { kind: 'create', shape: { kind: 'point', x: 200, y: 50 } }]);
  });
  it('place joint after joint, hidden with Shift, left out by a key', () => {
    expect(play('skeleton', empty, [...click(10, 10), ...click(20, 20, 'shift'), 'skip']).effects).toEqual([{ kind: 'create', shape: { kind: 'skeleton', joints: [[10, 10, 2], [20, 20, 1], [0, 0, 0]] } }]);
  });
  it('can leave out the first joint, the rest, and take one back', () => {
    const first = skipFirst('skeleton', IDLE, { x: 0, y: 0 }, empty);
    expect(play('skeleton', empty, [...click(10, 10), 'back', ...click(20, 20), 'finish'], first?.state).effects).toEqual([{ kind: 'create', shape: { kind: 'skeleton', joints: [[0, 0, 0], [20, 20, 2], [0, 0, 0]] } }]);
    expect(play('skeleton', empty, ['skip', 'skip'], first?.state)).toEqual({ state: IDLE, effects: [] });
  });
  it('turn joints hidden and take them away afterwards', () => {
    const scene = sceneOf({ s: { kind: 'skeleton', joints: [[10, 10, 2], [20, 60, 2]] } }, { selected: 's' });
    expect(play('select', scene, click(10, 10, 'shift')).effects).toEqual([{ kind: 'change', id: 's', shape: { kind: 'skeleton', joints: [[10, 10, 1], [20, 60, 2]] } }]);
    expect(play('select', scene, click(10, 10, 'alt')).effects).toEqual([{ kind: 'change', id: 's', shape: { kind: 'skeleton', joints: [[0, 0, 0], [20, 60, 2]] } }]);
    expect(play('select', scene, drag(20, 60, 30, 70)).effects).toEqual([{ kind: 'change', id: 's', shape: { kind: 'skeleton', joints: [[10, 10, 2], [30, 70, 2]] } }]);
  });
});

describe('masks', () => {
  const mask: Shape = { kind: 'mask', x: 10, y: 10, width: 2, height: 1, counts: [0, 2] };
  const held = sceneOf({ m: mask }, { selected: 'm', brush: 1 });
  it('are begun by a stroke, and extended where one is selected', () => {
    expect(play('brush', sceneOf({ m: mask }, { brush: 1 }), drag(20.5, 10.5, 22.5, 10.5)).effects).toEqual([{ kind: 'create', shape: { kind: 'mask', x: 20, y: 10, width: 3, height: 1, counts: [0, 3] } }]);
    expect(play('brush', held, click(12.5, 10.5)).effects).toEqual([{ kind: 'change', id: 'm', shape: { ...mask, width: 3, counts: [0, 3] } }]);
    expect(play('brush', held, click(11.5, 10.5)).effects).toEqual([]);
  });
  it('are rubbed out, and are gone with their last pixel', () => {
    expect(play('eraser', held, click(10.5, 10.5)).effects).toEqual([{ kind: 'change', id: 'm', shape: { kind: 'mask', x: 11, y: 10, width: 1, height: 1, counts: [0, 1] } }]);
    expect(play('eraser', held, drag(9, 10.5, 13, 10.5)).effects).toEqual([{ kind: 'remove', id: 'm' }]);
    expect(play('eraser', sceneOf({ m: mask }), click(10.5, 10.5)).effects).toEqual([{ kind: 'select', id: 'm' }]);
  });
  it('are filled from an outline', () => {
    expect(play('fill', empty, [...click(30, 30), ...click(40, 30), ...click(40, 40), ...click(30, 40), 'finish']).effects).toEqual([{ kind: 'create', shape: { kind: 'mask', x: 30, y: 30, width: 10, height: 10, counts: [0, 100] } }]);
  });
});

describe('the toolbox', () => {
  it('has for each layer what draws its shapes', () => {
    expect(toolsFor('mask')).toEqual(['brush', 'eraser', 'fill']);
    expect(toolsFor('classification')).toEqual([]);
    expect([toolInHand('polygon', 'box', true), toolInHand('mask', 'eraser', true), toolInHand('polygon', 'pan', true), toolInHand('polygon', 'polygon', false), toolInHand('span', 'box', true)]).toEqual(['polygon', 'eraser', 'pan', 'select', 'select']);
  });
  it('tells by the cursor what a press would do', () => {
    const at = (x: number, y: number): PointerInput => ({ kind: 'move', image: { x, y }, screen: { x, y }, tolerance: 4, panning: false, shift: false, alt: false });
    expect(cursorFor('box', IDLE, at(100, 5), boxes)).toBe('crosshair');
    expect(cursorFor('select', IDLE, at(30, 30), boxes)).toBe('move');
    expect(cursorFor('select', IDLE, at(60, 60), sceneOf({ b1: box }, { selected: 'b1' }))).toBe('nwse-resize');
    expect(cursorFor('brush', IDLE, at(30, 30), boxes)).toBe('none');
  });
});
