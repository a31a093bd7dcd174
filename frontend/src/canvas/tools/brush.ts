// Brush and eraser: a stroke is one change of a mask. Pure.
import { distanceOf } from '../geometry';
import { strokeRaster } from '../mask/raster';
import { combined, type Raster } from '../mask/runs';
import type { MaskShape } from '../shapes/shape';
import { shapeAt } from './hit';
import { changeable, IDLE, next, type Effect, type PointerInput, type Scene, type Step, type Stroke } from './tool';

/** The mask that painting extends: the selected one. Without it painting makes a new one. */
export function paintTarget(scene: Scene): { id: string | null; mask: MaskShape | null } {
  const held = changeable(scene);
  return held?.shape.kind === 'mask' ? { id: held.id, mask: held.shape } : { id: null, mask: null };
}

export function beginStroke(erase: boolean, input: PointerInput, scene: Scene): Step {
  const { id, mask } = paintTarget(scene);
  if (erase && !mask) {
    // Nothing is in hand to be rubbed out: the press takes the mask under it.
    const under = shapeAt(scene.shapes, input.image, input.tolerance / 2);
    return under?.shape.kind === 'mask' ? next(IDLE, { kind: 'select', id: under.id }) : next(IDLE);
  }
  return next({ kind: 'stroke', erase, line: [input.image], target: id, mask });
}

export function stepStroke(state: Stroke, input: PointerInput, scene: Scene): Step {
  const last = state.line.at(-1);
  const line = last && distanceOf(last, input.image) > 0 ? [...state.line, input.image] : state.line;
  if (input.kind !== 'up') return next({ ...state, line });
  return next(IDLE, ...paintedMask(state.target, state.mask, strokeRaster(line, scene.brush, scene.picture), state.erase));
}

/** What becomes of a mask, or of none, when pixels are switched on or off. */
export function paintedMask(id: string | null, mask: MaskShape | null, change: Raster, erase: boolean): Effect[] {
  const shape = combined(mask, change, erase);
  if (id === null) return shape ? [{ kind: 'create', shape }] : [];
  if (!shape) return [{ kind: 'remove', id }];
  const same = mask !== null && shape.x === mask.x && shape.y === mask.y && shape.width === mask.width && shape.counts.length === mask.counts.length && shape.counts.every((count, index) => count === mask.counts[index]);
  return same ? [] : [{ kind: 'change', id, shape }];
}
