// Rotated boxes and ellipses. Pure.
import { boundsOf } from './points';
import { corners, frameDistance, inward, pulledFrame, radians, shiftedFrame, sideGrips, turnGrip, type Frame } from './frame';
import { toAngle, toTenThousandth } from './rounding';
import type { EllipseShape, Geometry, RotatedBoxShape } from './shape';

export const rotatedBox: Geometry<RotatedBoxShape> = {
  bounds: (shape) => boundsOf(corners(shape).map(({ x, y }) => [x, y])),
  distance: frameDistance,
  area: (shape) => shape.width * shape.height,
  grips: (shape, tolerance) => [...sideGrips(shape, tolerance), turnGrip(shape, tolerance)],
  pulled: (shape, grip, to, snap) => ({ kind: 'rotated_box', ...pulledFrame(frameOf(shape), grip, to, snap) }),
  shifted: shiftedFrame,
  trace: (shape, sink) => {
    const [first, ...rest] = corners(shape);
    sink.moveTo(first.x, first.y);
    for (const { x, y } of rest) sink.lineTo(x, y);
    sink.closePath();
  },
  rounded: (shape) => ({
    kind: 'rotated_box', cx: toTenThousandth(shape.cx), cy: toTenThousandth(shape.cy), width: toTenThousandth(shape.width), height: toTenThousandth(shape.height), angle: toAngle(shape.angle),
  }),
};

export const ellipse: Geometry<EllipseShape> = {
  bounds: ({ cx, cy, rx, ry, angle }) => {
    const cos = Math.cos(radians(angle));
    const sin = Math.sin(radians(angle));
    const x = Math.hypot(rx * cos, ry * sin);
    const y = Math.hypot(rx * sin, ry * cos);
    return { x: cx - x, y: cy - y, width: 2 * x, height: 2 * y };
  },
  distance: (shape, at) => {
    const own = inward(frameOf(shape), at);
    const ratio = Math.hypot(own.x / shape.rx, own.y / shape.ry);
    return ratio <= 1 ? 0 : Math.hypot(own.x, own.y) * (1 - 1 / ratio);
  },
  area: (shape) => Math.PI * shape.rx * shape.ry,
  grips: (shape, tolerance) => [...sideGrips(frameOf(shape), tolerance), turnGrip(frameOf(shape), tolerance)],
  pulled: (shape, grip, to, snap) => {
    const { cx, cy, width, height, angle } = pulledFrame(frameOf(shape), grip, to, snap);
    return { kind: 'ellipse', cx, cy, rx: width / 2, ry: height / 2, angle };
  },
  shifted: shiftedFrame,
  trace: ({ cx, cy, rx, ry, angle }, sink) => {
    const turn = radians(angle);
    sink.moveTo(cx + rx * Math.cos(turn), cy + rx * Math.sin(turn));
    sink.ellipse(cx, cy, rx, ry, turn, 0, 2 * Math.PI);
    sink.closePath();
  },
  rounded: (shape) => ({
    kind: 'ellipse', cx: toTenThousandth(shape.cx), cy: toTenThousandth(shape.cy), rx: toTenThousandth(shape.rx), ry: toTenThousandth(shape.ry), angle: toAngle(shape.angle),
  }),
};

/** The frame around a turned shape. */
export function frameOf(shape: RotatedBoxShape | EllipseShape): Frame {
  const { cx, cy, angle } = shape;
  return shape.kind === 'ellipse' ? { cx, cy, width: 2 * shape.rx, height: 2 * shape.ry, angle } : { cx, cy, width: shape.width, height: shape.height, angle };
}
