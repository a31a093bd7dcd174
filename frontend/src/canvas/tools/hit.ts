// What lies under the pointer. Pure.
import type { Point } from '../geometry';
import type { Grid } from '../grid';
import { geometryOf } from '../shapes/geometry_of';
import type { SceneShape } from './tool';

/** Of the shapes under the place the smallest, so that a shape within a shape can be reached; of points and lines the nearest. */
export function shapeAt(shapes: Grid<SceneShape>, at: Point, tolerance: number): SceneShape | null {
  let best: { shape: SceneShape; area: number; distance: number } | null = null;
  for (const shape of shapes.search({ x: at.x - tolerance, y: at.y - tolerance, width: 2 * tolerance, height: 2 * tolerance })) {
    if (shape.locked) continue;
    const geometry = geometryOf(shape.shape);
    const distance = geometry.distance(shape.shape, at);
    if (distance > tolerance) continue;
    const area = geometry.area(shape.shape);
    if (!best || area < best.area || (area === best.area && distance <= best.distance)) best = { shape, area, distance };
  }
  return best?.shape ?? null;
}
