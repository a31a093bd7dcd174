// What every shape can be asked, whatever its kind. Pure.
import { clamp, type Point, type Rect, type Size } from '../geometry';
import { polygon, polyline } from './lines';
import { mask } from './mask';
import { skeleton } from './skeleton';
import { ellipse, rotatedBox } from './turned';
import { box, point } from './upright';
import type { Geometry, Grip, Shape, ShapeKind } from './shape';

const GEOMETRIES: { [K in ShapeKind]: Geometry<Extract<Shape, { kind: K }>> } = { box, rotated_box: rotatedBox, ellipse, polygon, polyline, point, skeleton, mask };

// The table gives each kind its own; the compiler cannot follow that from one shape to its line.
export const geometryOf = (shape: Shape): Geometry<Shape> => GEOMETRIES[shape.kind] as unknown as Geometry<Shape>;

export const boundsOfShape = (shape: Shape): Rect => geometryOf(shape).bounds(shape);

/** The shape shifted, and kept whole inside the picture. */
export function moveInside(shape: Shape, by: Point, picture: Size): Shape {
  const geometry = geometryOf(shape);
  const { x, y, width, height } = geometry.bounds(shape);
  return geometry.shifted(shape, {
    x: clamp(x + by.x, 0, picture.width - width) - x,
    y: clamp(y + by.y, 0, picture.height - height) - y,
  });
}

/** The first grip within `tolerance` of a place: of two that are as near, the one that is listed first. */
export function gripAt(shape: Shape, at: Point, tolerance: number): Grip | null {
  let best: Grip | null = null;
  let least = tolerance;
  for (const grip of geometryOf(shape).grips(shape, tolerance)) {
    const distance = Math.max(Math.abs(grip.at.x - at.x), Math.abs(grip.at.y - at.y));
    if (distance < least || (best === null && distance === least)) {
      best = grip;
      least = distance;
    }
  }
  return best;
}

/** Whether anything is left of it: a rectangle without a surface, or a line without a length, is no label. */
export function isEmpty(shape: Shape): boolean {
  const { width, height } = boundsOfShape(shape);
  switch (shape.kind) {
    case 'point':
    case 'skeleton':
      return false;
    case 'polyline':
      return shape.points.length < 2 || (width === 0 && height === 0);
    case 'polygon':
      return shape.points.length < 3 || width === 0 || height === 0;
    case 'rotated_box':
      return shape.width <= 0 || shape.height <= 0;
    case 'ellipse':
      return shape.rx <= 0 || shape.ry <= 0;
    case 'box':
    case 'mask':
      return width <= 0 || height <= 0;
  }
}
