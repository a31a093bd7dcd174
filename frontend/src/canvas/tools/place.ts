// Points, one click each, and skeletons, joint after joint. Pure.
import { inside } from '../geometry';
import { geometryOf } from '../shapes/geometry_of';
import { ABSENT, HIDDEN, isThere, SEEN } from '../shapes/skeleton';
import { IDLE, next, type Joints, type Order, type PointerInput, type Scene, type Step } from './tool';

export function placePoint(input: PointerInput, scene: Scene): Step {
  const shape = { kind: 'point' as const, ...inside(input.image, scene.picture) };
  return next(IDLE, { kind: 'create', shape: geometryOf(shape).rounded(shape) });
}

/** The first joint of a new skeleton waits for its click, so that it can be left out as well. */
export function beginJoints(input: PointerInput, scene: Scene): Step {
  const { state, effects } = placeJoint({ kind: 'joints', joints: [], at: input.image }, input, scene);
  return next(state, { kind: 'select', id: null }, ...effects);
}

export function stepJoints(state: Joints, input: PointerInput, scene: Scene): Step {
  if (input.kind === 'down') return placeJoint(state, input, scene);
  return next({ ...state, at: inside(input.image, scene.picture) });
}

function placeJoint(state: Joints, input: PointerInput, scene: Scene): Step {
  const at = inside(input.image, scene.picture);
  return grown({ ...state, at, joints: [...state.joints, [at.x, at.y, input.shift ? HIDDEN : SEEN]] }, scene);
}

export function orderJoints(state: Joints, order: Order, scene: Scene): Step {
  if (order === 'skip') return grown({ ...state, joints: [...state.joints, [0, 0, ABSENT]] }, scene);
  if (order === 'back') return next(state.joints.length > 1 ? { ...state, joints: state.joints.slice(0, -1) } : IDLE);
  const missing = Array.from({ length: Math.max(0, scene.joints - state.joints.length) }, () => [0, 0, ABSENT]);
  return grown({ ...state, joints: [...state.joints, ...missing] }, scene);
}

/** Done with the last joint; a skeleton without a joint is none. */
function grown(state: Joints, scene: Scene): Step {
  if (state.joints.length < scene.joints) return next(state);
  if (!state.joints.some(isThere)) return next(IDLE);
  const shape = { kind: 'skeleton' as const, joints: state.joints };
  return next(IDLE, { kind: 'create', shape: geometryOf(shape).rounded(shape) });
}
