// The shapes that lie on a picture, member for member as they travel. Lengths are in source pixels, origin top-left. Pure.
import type { Point, Rect } from '../geometry';

export interface BoxShape extends Rect {
  kind: 'box';
}

/** A rectangle around its centre; `angle` in degrees, clockwise on the screen. */
export interface RotatedBoxShape {
  kind: 'rotated_box';
  cx: number;
  cy: number;
  width: number;
  height: number;
  angle: number;
}

/** `rx` and `ry` are half axes; `angle` as of a rotated box. */
export interface EllipseShape {
  kind: 'ellipse';
  cx: number;
  cy: number;
  rx: number;
  ry: number;
  angle: number;
}

/** A closed ring of `[x, y]`, the first not repeated. */
export interface PolygonShape {
  kind: 'polygon';
  points: number[][];
}

/** An open line of `[x, y]`. */
export interface PolylineShape {
  kind: 'polyline';
  points: number[][];
}

export interface PointShape {
  kind: 'point';
  x: number;
  y: number;
}

/** `[x, y, v]` for each joint of the layer; `v` is 0 for not there, 1 for hidden, 2 for seen. */
export interface SkeletonShape {
  kind: 'skeleton';
  joints: number[][];
}

/** Whole pixels within the rectangle, row by row: lengths of runs, beginning with pixels that are off. */
export interface MaskShape extends Rect {
  kind: 'mask';
  counts: number[];
}

export type Shape = BoxShape | RotatedBoxShape | EllipseShape | PolygonShape | PolylineShape | PointShape | SkeletonShape | MaskShape;
export type ShapeKind = Shape['kind'];

const SHAPE_KINDS: ReadonlySet<string> = new Set<ShapeKind>(['box', 'rotated_box', 'ellipse', 'polygon', 'polyline', 'point', 'skeleton', 'mask']);

/** Whether something of this kind lies on a picture: not so a class of the whole, a span of text, or a relation. */
export const isShapeKind = (kind: string): kind is ShapeKind => SHAPE_KINDS.has(kind);
export const isShape = <T extends { kind: string }>(item: T): item is Extract<T, { kind: ShapeKind }> => isShapeKind(item.kind);

/** Where a rectangle can be held: compass points. */
export type Compass = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';

/** A place at which a shape can be held and pulled. */
export type Grip = { at: Point; cursor: string } & (
  | { kind: 'side'; name: Compass }
  | { kind: 'turn' }
  | { kind: 'vertex'; index: number }
  /** Between two vertices: pulling it makes a new one. */
  | { kind: 'midpoint'; index: number }
);

/** What a path is traced into: a canvas context, a `Path2D`, or a test's notebook. */
export interface PathSink {
  moveTo: (x: number, y: number) => void;
  lineTo: (x: number, y: number) => void;
  closePath: () => void;
  ellipse: (x: number, y: number, rx: number, ry: number, rotation: number, from: number, to: number) => void;
}

/** What every kind of shape can be asked. */
export interface Geometry<S extends Shape> {
  bounds: (shape: S) => Rect;
  /** How far a point is from the shape; 0 on its surface. */
  distance: (shape: S, point: Point) => number;
  /** Its surface; 0 for lines and points. */
  area: (shape: S) => number;
  grips: (shape: S, tolerance: number) => Grip[];
  /** The shape with one grip pulled to a place; `snap` holds angles to steps. */
  pulled: (shape: S, grip: Grip, to: Point, snap: boolean) => S;
  shifted: (shape: S, by: Point) => S;
  /** Its outline in source pixels; `pixel` is the size of a screen pixel there, for marks that do not grow with the zoom. */
  trace: (shape: S, sink: PathSink, pixel: number) => void;
  /** Rounded for storing. */
  rounded: (shape: S) => S;
}
