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

/** Where a rectangle can be held: compass points. */
export type Handle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w';
export const HANDLES: readonly Handle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

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

/** `rect` shifted by `by`, kept whole inside the picture. */
export function moveInside(rect: Rect, by: Point, bounds: Size): Rect {
  return {
    ...rect,
    x: clamp(rect.x + by.x, 0, bounds.width - rect.width),
    y: clamp(rect.y + by.y, 0, bounds.height - rect.height),
  };
}

/** Rounds to a hundredth of a pixel, so that stored boxes are stable across zooms. */
export function roundRect(rect: Rect): Rect {
  const round = (value: number) => Math.round(value * 100) / 100;
  return { x: round(rect.x), y: round(rect.y), width: round(rect.width), height: round(rect.height) };
}

export const contains = (rect: Rect, point: Point): boolean =>
  point.x >= rect.x && point.x <= rect.x + rect.width && point.y >= rect.y && point.y <= rect.y + rect.height;

export const intersects = (a: Rect, b: Rect): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;

/** Where a handle stands. */
export function handlePoint(rect: Rect, handle: Handle): Point {
  const x = handle.includes('w') ? rect.x : handle.includes('e') ? rect.x + rect.width : rect.x + rect.width / 2;
  const y = handle.includes('n') ? rect.y : handle.includes('s') ? rect.y + rect.height : rect.y + rect.height / 2;
  return { x, y };
}

/** `rect` with one handle dragged to `to`; crossing over flips it rather than making it negative. */
export function resize(rect: Rect, handle: Handle, to: Point, bounds: Size): Rect {
  let left = rect.x;
  let top = rect.y;
  let right = rect.x + rect.width;
  let bottom = rect.y + rect.height;
  if (handle.includes('w')) left = to.x;
  if (handle.includes('e')) right = to.x;
  if (handle.includes('n')) top = to.y;
  if (handle.includes('s')) bottom = to.y;
  return clipTo(rectBetween({ x: left, y: top }, { x: right, y: bottom }), bounds);
}

/** The handle within `tolerance` of the point, corners first. */
export function handleAt(rect: Rect, point: Point, tolerance: number): Handle | null {
  const corners = HANDLES.filter((handle) => handle.length === 2);
  const edges = HANDLES.filter((handle) => handle.length === 1);
  for (const handle of [...corners, ...edges]) {
    const at = handlePoint(rect, handle);
    if (Math.abs(at.x - point.x) <= tolerance && Math.abs(at.y - point.y) <= tolerance) return handle;
  }
  return null;
}

/** Of the shapes under the point the smallest, so that a box inside a box can be reached. */
export function shapeAt<T extends Rect>(shapes: readonly T[], point: Point, tolerance: number): T | null {
  let best: T | null = null;
  for (const shape of shapes) {
    const grown = { x: shape.x - tolerance, y: shape.y - tolerance, width: shape.width + 2 * tolerance, height: shape.height + 2 * tolerance };
    if (contains(grown, point) && (best === null || shape.width * shape.height < best.width * best.height)) best = shape;
  }
  return best;
}
