// Rectangles and points in source pixels, origin top-left. Pure.

export interface Point {
  x: number;
  y: number;
}

/** `(x, y, width, height)` in source pixels; width and height are never negative. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

/** The place itself, or the nearest one on the picture. */
export const inside = (point: Point, picture: Size): Point => ({ x: clamp(point.x, 0, picture.width), y: clamp(point.y, 0, picture.height) });

export const distanceOf = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** The rectangle between two corners, in any order. */
export function rectBetween(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/** The part of `rect` inside the picture. */
export function clipTo(rect: Rect, bounds: Size): Rect {
  const left = clamp(rect.x, 0, bounds.width);
  const top = clamp(rect.y, 0, bounds.height);
  const right = clamp(rect.x + rect.width, 0, bounds.width);
  const bottom = clamp(rect.y + rect.height, 0, bounds.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export const intersects = (a: Rect, b: Rect): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
