// Polygons, lines and filled outlines, vertex by vertex. Pure.
import { distanceOf, inside } from '../geometry';
import { outlineRaster } from '../mask/raster';
import { geometryOf, isEmpty } from '../shapes/geometry_of';
import type { PolygonShape, PolylineShape } from '../shapes/shape';
import { paintedMask, paintTarget } from './brush';
import { IDLE, next, type Order, type Outline, type PointerInput, type Scene, type Step } from './tool';

/** The most vertices that a shape may have. */
export const MOST_POINTS = 10_000;

export function beginOutline(makes: Outline['makes'], input: PointerInput, scene: Scene): Step {
  const at = inside(input.image, scene.picture);
  const started: Outline = { kind: 'outline', makes, points: [at], at };
  // A fill goes into the selected mask; anything else is a new shape, and the old one steps back.
  return makes === 'fill' ? next(started) : next(started, { kind: 'select', id: null });
}

export function stepOutline(state: Outline, input: PointerInput, scene: Scene): Step {
  const at = inside(input.image, scene.picture);
  if (input.kind !== 'down') return next({ ...state, at });
  const [first] = state.points;
  if (first && closes(state, at, input.tolerance)) return finishOutline(state, scene);
  const last = state.points.at(-1);
  // The second press of a double click is no vertex of its own.
  if ((last && distanceOf(last, at) <= input.tolerance / 2) || state.points.length >= MOST_POINTS) return next({ ...state, at });
  return next({ ...state, points: [...state.points, at], at });
}

/** Whether a press here joins the outline to its first point. */
export function closes(state: Outline, at: { x: number; y: number }, tolerance: number): boolean {
  const [first] = state.points;
  return state.makes !== 'polyline' && state.points.length >= 3 && first !== undefined && distanceOf(first, at) <= tolerance;
}

export function orderOutline(state: Outline, order: Order, scene: Scene): Step {
  if (order === 'finish') return finishOutline(state, scene);
  if (order === 'skip') return next(state);
  return next(state.points.length > 1 ? { ...state, points: state.points.slice(0, -1) } : IDLE);
}

/** Too few points are kept in hand rather than lost. */
function finishOutline(state: Outline, scene: Scene): Step {
  if (state.makes === 'fill') {
    if (state.points.length < 3) return next(state);
    const { id, mask } = paintTarget(scene);
    return next(IDLE, ...paintedMask(id, mask, outlineRaster(state.points, scene.picture), false));
  }
  const shape = geometryOf(outlineShape(state, false)).rounded(outlineShape(state, false));
  return isEmpty(shape) ? next(state) : next(IDLE, { kind: 'create', shape });
}

/** What has been drawn, and `withPointer` the stretch to where the pointer stands. */
export function outlineShape(state: Outline, withPointer: boolean): PolygonShape | PolylineShape {
  const points = (withPointer ? [...state.points, state.at] : state.points).map(({ x, y }) => [x, y]);
  return { kind: state.makes === 'polyline' ? 'polyline' : 'polygon', points };
}
