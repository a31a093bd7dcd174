// A rectangle turned around its centre: what boxes, rotated boxes and ellipses are held by. Pure.
import type { Point, Rect } from '../geometry';
import type { Compass, Grip } from './shape';

/** `angle` in degrees, clockwise on the screen. */
export interface Frame {
  cx: number;
  cy: number;
  width: number;
  height: number;
  angle: number;
}

/** Corners first: where a shape is small, they are what one wants. */
const COMPASS: readonly Compass[] = ['nw', 'ne', 'se', 'sw', 'n', 'e', 's', 'w'];
const TURN_STEP = 15;
/** How far above its frame the turning grip stands, in tolerances. */
const TURN_REACH = 4;

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** A place of the picture in the frame's own axes, from its centre. */
export function inward(frame: Frame, point: Point): Point {
  const cos = Math.cos(radians(frame.angle));
  const sin = Math.sin(radians(frame.angle));
  const x = point.x - frame.cx;
  const y = point.y - frame.cy;
  return { x: x * cos + y * sin, y: y * cos - x * sin };
}

/** The inverse of `inward`. */
export function outward(frame: Frame, point: Point): Point {
  const cos = Math.cos(radians(frame.angle));
  const sin = Math.sin(radians(frame.angle));
  return { x: frame.cx + point.x * cos - point.y * sin, y: frame.cy + point.x * sin + point.y * cos };
}

/** The four corners, clockwise from the left top one of the frame. */
export function corners(frame: Frame): [Point, Point, Point, Point] {
  const x = frame.width / 2;
  const y = frame.height / 2;
  return [outward(frame, { x: -x, y: -y }), outward(frame, { x, y: -y }), outward(frame, { x, y }), outward(frame, { x: -x, y })];
}

export const frameOfRect = (rect: Rect): Frame => ({ cx: rect.x + rect.width / 2, cy: rect.y + rect.height / 2, width: rect.width, height: rect.height, angle: 0 });

export const shiftedFrame = <F extends { cx: number; cy: number }>(frame: F, by: Point): F => ({ ...frame, cx: frame.cx + by.x, cy: frame.cy + by.y });

/** How far a point is from the frame; 0 within. */
export function frameDistance(frame: Frame, point: Point): number {
  const at = inward(frame, point);
  return Math.hypot(Math.max(0, Math.abs(at.x) - frame.width / 2), Math.max(0, Math.abs(at.y) - frame.height / 2));
}

/** A side has a grip of its own from this many tolerances on: a small shape keeps room to be moved by. */
const SIDE_ROOM = 4;

export function sideGrips(frame: Frame, tolerance: number): Grip[] {
  const wide = frame.width >= SIDE_ROOM * tolerance;
  const tall = frame.height >= SIDE_ROOM * tolerance;
  return COMPASS.filter((name) => name.length === 2 || (name === 'n' || name === 's' ? wide : tall)).map((name) => {
    const x = name.includes('w') ? -1 : name.includes('e') ? 1 : 0;
    const y = name.includes('n') ? -1 : name.includes('s') ? 1 : 0;
    return { kind: 'side', name, at: outward(frame, { x: (x * frame.width) / 2, y: (y * frame.height) / 2 }), cursor: resizeCursor((Math.atan2(y, x) * 180) / Math.PI + frame.angle) };
  });
}

export const turnGrip = (frame: Frame, tolerance: number): Grip => ({ kind: 'turn', at: outward(frame, { x: 0, y: -frame.height / 2 - TURN_REACH * tolerance }), cursor: 'grab' });

/** The frame with a side or corner pulled, what is across staying where it is; crossing over flips it. */
function resized(frame: Frame, name: Compass, to: Point): Frame {
  const at = inward(frame, to);
  const left = name.includes('w') ? at.x : -frame.width / 2;
  const right = name.includes('e') ? at.x : frame.width / 2;
  const top = name.includes('n') ? at.y : -frame.height / 2;
  const bottom = name.includes('s') ? at.y : frame.height / 2;
  const centre = outward(frame, { x: (left + right) / 2, y: (top + bottom) / 2 });
  return { cx: centre.x, cy: centre.y, width: Math.abs(right - left), height: Math.abs(bottom - top), angle: frame.angle };
}

function turned(frame: Frame, to: Point, snap: boolean): Frame {
  const degrees = (Math.atan2(to.y - frame.cy, to.x - frame.cx) * 180) / Math.PI + 90;
  return { ...frame, angle: (((snap ? Math.round(degrees / TURN_STEP) * TURN_STEP : degrees) % 360) + 360) % 360 };
}

export function pulledFrame(frame: Frame, grip: Grip, to: Point, snap: boolean): Frame {
  if (grip.kind === 'side') return resized(frame, grip.name, to);
  return grip.kind === 'turn' ? turned(frame, to, snap) : frame;
}

/** The mouse pointer for pulling in a direction, in degrees clockwise from the right. */
function resizeCursor(degrees: number): string {
  const eighth = ((Math.round(degrees / 45) % 4) + 4) % 4;
  return ['ew-resize', 'nwse-resize', 'ns-resize', 'nesw-resize'][eighth] ?? 'move';
}
