// Selecting, moving and pulling by grips. Pure.
import { clipTo, distanceOf, inside } from '../geometry';
import { withoutVertex } from '../shapes/lines';
import { boundsOfShape, geometryOf, gripAt, isEmpty, moveInside } from '../shapes/geometry_of';
import type { Grip, Shape } from '../shapes/shape';
import { withJointTurned, withoutJoint } from '../shapes/skeleton';
import { shapeAt } from './hit';
import { changeable, IDLE, next, type Effect, type Moving, type PointerInput, type Pulling, type Scene, type SceneShape, type Step } from './tool';

/** A press of the select tool. */
export function beginSelect(input: PointerInput, scene: Scene): Step {
  const under = shapeAt(scene.shapes, input.image, input.tolerance / 2);
  const selected = scene.shapes.get(scene.selected);
  const target = selected && under && keeps(selected, under, input) ? selected : under;
  if (!target) return next({ kind: 'panning', last: input.screen, resume: IDLE }, { kind: 'select', id: null });
  const select: Effect = { kind: 'select', id: target.id };
  if (!scene.editable) return next(IDLE, select);
  return next({ kind: 'moving', id: target.id, from: input.image, original: target.shape, shape: target.shape }, select);
}

/** What is selected stays in hand under the pointer, unless something smaller lies there. */
function keeps(selected: SceneShape, under: SceneShape, input: PointerInput): boolean {
  if (selected.locked || geometryOf(selected.shape).distance(selected.shape, input.image) > input.tolerance / 2) return false;
  return geometryOf(under.shape).area(under.shape) >= geometryOf(selected.shape).area(selected.shape);
}

/** The grip of the selected shape under the pointer. */
export function gripUnder(input: PointerInput, scene: Scene): { held: SceneShape; grip: Grip } | null {
  const held = changeable(scene);
  const grip = held ? gripAt(held.shape, input.image, input.tolerance) : null;
  return held && grip ? { held, grip } : null;
}

/** A press on a grip: Alt takes a vertex or joint away, Shift turns a joint hidden or seen, else it is pulled. */
export function beginPull(input: PointerInput, { held, grip }: { held: SceneShape; grip: Grip }): Step {
  const { id, shape } = held;
  if (grip.kind === 'vertex' && input.alt) {
    if (shape.kind === 'point') return next(IDLE, { kind: 'remove', id });
    const left = shape.kind === 'skeleton' ? withoutJoint(shape, grip.index) : shape.kind === 'polygon' || shape.kind === 'polyline' ? withoutVertex(shape, grip.index) : null;
    return left ? next(IDLE, { kind: 'change', id, shape: left }) : next(IDLE);
  }
  if (shape.kind === 'skeleton' && grip.kind === 'vertex' && input.shift) return next(IDLE, { kind: 'change', id, shape: withJointTurned(shape, grip.index) });
  return next({ kind: 'pulling', id, grip, original: shape, shape });
}

export function stepMoving(state: Moving, input: PointerInput, scene: Scene): Step {
  const by = { x: input.image.x - state.from.x, y: input.image.y - state.from.y };
  return settle({ ...state, shape: moveInside(state.original, by, scene.picture) }, input);
}

export function stepPulling(state: Pulling, input: PointerInput, scene: Scene): Step {
  // A press without a pull changes nothing, though it was a little beside the grip.
  if (state.shape === state.original && distanceOf(input.image, state.grip.at) <= input.tolerance / 2) return next(input.kind === 'up' ? IDLE : state);
  const to = state.grip.kind === 'turn' ? input.image : inside(input.image, scene.picture);
  const pulled = geometryOf(state.original).pulled(state.original, state.grip, to, input.shift);
  return settle({ ...state, shape: pulled.kind === 'box' ? { kind: 'box', ...clipTo(pulled, scene.picture) } : pulled }, input);
}

function settle(state: Moving | Pulling, input: PointerInput): Step {
  if (input.kind !== 'up') return next(state);
  const shape = geometryOf(state.shape).rounded(state.shape);
  if (isEmpty(shape) || same(shape, state.original)) return next(IDLE);
  return next(IDLE, { kind: 'change', id: state.id, shape });
}

function same(a: Shape, b: Shape): boolean {
  const left = boundsOfShape(a);
  const right = boundsOfShape(b);
  const placed = left.x === right.x && left.y === right.y && left.width === right.width && left.height === right.height;
  return placed && JSON.stringify(a) === JSON.stringify(b);
}
