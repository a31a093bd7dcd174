// Rows of `[x, y]`: bounds, distances, lengths and surfaces. Pure.
import type { Point, Rect } from '../geometry';

/** The place of one row; every stored row has both numbers. */
export const pointOf = (row: readonly number[] | undefined): Point => ({ x: row?.[0] ?? 0, y: row?.[1] ?? 0 });

export function boundsOf(rows: readonly (readonly number[])[]): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const [x = 0, y = 0] of rows) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return left > right ? { x: 0, y: 0, width: 0, height: 0 } : { x: left, y: top, width: right - left, height: bottom - top };
}

export function segmentDistance(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - a.x) * dx + (point.y - a.y) * dy) / length));
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}

/** How far a point is from the line through the rows; `closed` joins the last to the first. */
export function lineDistance(rows: readonly (readonly number[])[], point: Point, closed: boolean): number {
  let least = Infinity;
  for (let i = closed ? 0 : 1; i < rows.length; i += 1) {
    least = Math.min(least, segmentDistance(point, pointOf(rows.at(i - 1)), pointOf(rows[i])));
  }
  return least;
}

/** Whether a point is within the ring: an odd number of edges to its right. */
export function ringContains(rows: readonly (readonly number[])[], point: Point): boolean {
  let inside = false;
  for (let i = 0; i < rows.length; i += 1) {
    const a = pointOf(rows[i]);
    const b = pointOf(rows.at(i - 1));
    if (a.y > point.y !== b.y > point.y && point.x < ((b.x - a.x) * (point.y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

export function ringArea(rows: readonly (readonly number[])[]): number {
  let twice = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const a = pointOf(rows.at(i - 1));
    const b = pointOf(rows[i]);
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

export function lineLength(rows: readonly (readonly number[])[], closed: boolean): number {
  let length = 0;
  for (let i = closed ? 0 : 1; i < rows.length; i += 1) {
    const a = pointOf(rows.at(i - 1));
    const b = pointOf(rows[i]);
    length += Math.hypot(b.x - a.x, b.y - a.y);
  }
  return length;
}

export const shiftedRows = (rows: readonly (readonly number[])[], by: Point): number[][] => rows.map(([x = 0, y = 0, ...rest]) => [x + by.x, y + by.y, ...rest]);
