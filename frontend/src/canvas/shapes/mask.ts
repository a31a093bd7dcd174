// Masks as shapes: they are moved by whole pixels, and changed by painting rather than by grips. Pure.
import { traceContour } from '../mask/contour';
import { isOn, pixelCount } from '../mask/runs';
import type { Geometry, MaskShape } from './shape';

export const mask: Geometry<MaskShape> = {
  bounds: ({ x, y, width, height }) => ({ x, y, width, height }),
  distance: (shape, at) => (isOn(shape, at.x, at.y) ? 0 : Infinity),
  area: (shape) => pixelCount(shape.counts),
  grips: () => [],
  pulled: (shape) => shape,
  shifted: (shape, by) => ({ ...shape, x: Math.round(shape.x + by.x), y: Math.round(shape.y + by.y) }),
  trace: (shape, sink) => traceContour(shape, sink),
  rounded: (shape) => shape,
};
