// What all painting shares: the shapes with their looks, and the transforms. Knows a 2D context and nothing of the page.
import type { Size } from '../geometry';
import { geometryOf } from '../shapes/geometry_of';
import type { Shape } from '../shapes/shape';
import type { SceneShape } from '../tools/tool';
import type { Viewport } from '../viewport';

/** The joints of a skeleton: their names, and which are joined by a line. */
export interface JointPlan {
  points: readonly string[];
  edges: readonly (readonly number[])[];
}

export interface PaintedShape extends SceneShape {
  color: string;
  caption: string;
  /** Dashed: made by a model and not yet taken over by a person. */
  predicted: boolean;
  plan: JointPlan | null;
}

/** A context to paint on, and how the picture lies on it; `ratio` is device pixels per screen pixel. */
export interface Surface {
  context: CanvasRenderingContext2D;
  view: Viewport;
  stage: Size;
  ratio: number;
}

export const FONT = "600 12px 'Inter Variable', 'Noto Sans CJK SC', sans-serif";
/** A pale line under each coloured one keeps it visible on any picture. */
export const HALO = 'rgb(255 255 255 / 75%)';

export function inScreenPixels({ context, ratio }: Surface): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

export function inSourcePixels({ context, ratio, view }: Surface): void {
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
}

/** Leaves the shape's outline as the current path; lines are then stroked in screen pixels, whatever the zoom. */
export function tracePath(surface: Surface, shape: Shape): void {
  inSourcePixels(surface);
  surface.context.beginPath();
  geometryOf(shape).trace(shape, surface.context, 1 / surface.view.scale);
  inScreenPixels(surface);
}

/** Black or white, whichever reads better on `#rrggbb`. */
export function readableOn(color: string): string {
  const value = Number.parseInt(color.slice(1), 16);
  if (Number.isNaN(value)) return '#fff';
  const luminance = 0.299 * ((value >> 16) & 255) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255);
  return luminance > 150 ? '#12181b' : '#fff';
}
