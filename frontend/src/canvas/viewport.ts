// What part of the picture is on the screen: screen = image * scale + (x, y). Pure.
import { clamp, type Point, type Rect, type Size } from './geometry';

export interface Viewport {
  /** Screen pixels per source pixel. */
  scale: number;
  /** Where the picture's origin stands on the screen, in screen pixels. */
  x: number;
  y: number;
}

const MAX_SCALE = 256;

export const toImage = (view: Viewport, screen: Point): Point => ({ x: (screen.x - view.x) / view.scale, y: (screen.y - view.y) / view.scale });
export const toScreen = (view: Viewport, image: Point): Point => ({ x: image.x * view.scale + view.x, y: image.y * view.scale + view.y });

/** What stays free around a picture that fits, in screen pixels: the tools stand at its side. */
const MARGIN: Point = { x: 64, y: 24 };

/** The whole picture, centred, with a margin. */
export function fit(picture: Size, stage: Size): Viewport {
  const room = { width: Math.max(1, stage.width - 2 * MARGIN.x), height: Math.max(1, stage.height - 2 * MARGIN.y) };
  const scale = Math.min(room.width / Math.max(1, picture.width), room.height / Math.max(1, picture.height), MAX_SCALE);
  return centred(picture, stage, scale);
}

/** The picture centred at a scale. */
export function centred(picture: Size, stage: Size, scale: number): Viewport {
  return { scale, x: (stage.width - picture.width * scale) / 2, y: (stage.height - picture.height * scale) / 2 };
}

/** Zooms by `factor` and keeps what is under `at` (screen pixels) where it is. */
export function zoomAt(view: Viewport, at: Point, factor: number): Viewport {
  const scale = clamp(view.scale * factor, 0.01, MAX_SCALE);
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** Moves the picture, but always leaves a corner of it on the stage. */
export function panBy(view: Viewport, by: Point, picture: Size, stage: Size): Viewport {
  const keep = 40;
  return {
    scale: view.scale,
    x: clamp(view.x + by.x, keep - picture.width * view.scale, stage.width - keep),
    y: clamp(view.y + by.y, keep - picture.height * view.scale, stage.height - keep),
  };
}

/** The part of the picture's plane that the stage shows, in source pixels: what lies outside need not be drawn. */
export function visibleRect(view: Viewport, stage: Size): Rect {
  const origin = toImage(view, { x: 0, y: 0 });
  return { ...origin, width: stage.width / view.scale, height: stage.height / view.scale };
}
