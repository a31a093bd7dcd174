// Boxes along the picture's axes, and single points. Pure.
import { toHundredth } from './rounding';
import { frameDistance, frameOfRect, pulledFrame, sideGrips } from './frame';
import type { BoxShape, Geometry, PointShape } from './shape';

export const box: Geometry<BoxShape> = {
  bounds: ({ x, y, width, height }) => ({ x, y, width, height }),
  distance: (shape, point) => frameDistance(frameOfRect(shape), point),
  area: (shape) => shape.width * shape.height,
  grips: (shape, tolerance) => sideGrips(frameOfRect(shape), tolerance),
  pulled: (shape, grip, to, snap) => {
    const frame = pulledFrame(frameOfRect(shape), grip, to, snap);
    return { kind: 'box', x: frame.cx - frame.width / 2, y: frame.cy - frame.height / 2, width: frame.width, height: frame.height };
  },
  shifted: (shape, by) => ({ ...shape, x: shape.x + by.x, y: shape.y + by.y }),
  trace: ({ x, y, width, height }, sink) => {
    sink.moveTo(x, y);
    sink.lineTo(x + width, y);
    sink.lineTo(x + width, y + height);
    sink.lineTo(x, y + height);
    sink.closePath();
  },
  rounded: (shape) => ({ ...shape, x: toHundredth(shape.x), y: toHundredth(shape.y), width: toHundredth(shape.width), height: toHundredth(shape.height) }),
};

/** The radius of a point's mark, in screen pixels. */
const POINT_PX = 5;

export const point: Geometry<PointShape> = {
  bounds: ({ x, y }) => ({ x, y, width: 0, height: 0 }),
  distance: (shape, at) => Math.hypot(shape.x - at.x, shape.y - at.y),
  area: () => 0,
  grips: ({ x, y }) => [{ kind: 'vertex', index: 0, at: { x, y }, cursor: 'move' }],
  pulled: (_shape, _grip, to) => ({ kind: 'point', x: to.x, y: to.y }),
  shifted: (shape, by) => ({ ...shape, x: shape.x + by.x, y: shape.y + by.y }),
  trace: ({ x, y }, sink, pixel) => {
    sink.moveTo(x + POINT_PX * pixel, y);
    sink.ellipse(x, y, POINT_PX * pixel, POINT_PX * pixel, 0, 0, 2 * Math.PI);
  },
  rounded: (shape) => ({ ...shape, x: toHundredth(shape.x), y: toHundredth(shape.y) }),
};
