// Skeletons: named joints, some hidden, some not there. Pure.
import { boundsOf, pointOf, shiftedRows } from './points';
import { frameDistance, frameOfRect } from './frame';
import { toHundredth } from './rounding';
import type { Geometry, SkeletonShape } from './shape';

export const ABSENT = 0;
export const HIDDEN = 1;
export const SEEN = 2;

/** The radius of a joint's mark, in screen pixels. */
const JOINT_PX = 4;

export const isThere = (joint: readonly number[]): boolean => (joint[2] ?? ABSENT) !== ABSENT;
const there = ({ joints }: SkeletonShape): number[][] => joints.filter(isThere);

export const skeleton: Geometry<SkeletonShape> = {
  bounds: (shape) => boundsOf(there(shape)),
  // A person takes hold of a figure anywhere between its joints, not only on a thin line.
  distance: (shape, at) => frameDistance(frameOfRect(boundsOf(there(shape))), at),
  area: (shape) => {
    const { width, height } = boundsOf(there(shape));
    return width * height;
  },
  grips: ({ joints }) => joints.flatMap((joint, index) => (isThere(joint) ? [{ kind: 'vertex' as const, index, at: pointOf(joint), cursor: 'move' }] : [])),
  pulled: (shape, grip, to) => (grip.kind === 'vertex' ? { kind: 'skeleton', joints: shape.joints.with(grip.index, [to.x, to.y, shape.joints[grip.index]?.[2] ?? SEEN]) } : shape),
  shifted: ({ joints }, by) => ({ kind: 'skeleton', joints: joints.map((joint) => (isThere(joint) ? (shiftedRows([joint], by)[0] ?? joint) : joint)) }),
  trace: (shape, sink, pixel) => {
    for (const [x = 0, y = 0] of there(shape)) {
      sink.moveTo(x + JOINT_PX * pixel, y);
      sink.ellipse(x, y, JOINT_PX * pixel, JOINT_PX * pixel, 0, 0, 2 * Math.PI);
    }
  },
  rounded: ({ joints }) => ({ kind: 'skeleton', joints: joints.map(([x = 0, y = 0, v = ABSENT]) => [toHundredth(x), toHundredth(y), v]) }),
};

/** The skeleton with a joint taken away; null where it was the last. */
export function withoutJoint(shape: SkeletonShape, index: number): SkeletonShape | null {
  const joints = shape.joints.with(index, [0, 0, ABSENT]);
  return joints.some(isThere) ? { kind: 'skeleton', joints } : null;
}

/** The skeleton with a joint hidden, or seen again. */
export function withJointTurned(shape: SkeletonShape, index: number): SkeletonShape {
  const [x = 0, y = 0, v = SEEN] = shape.joints[index] ?? [];
  return { kind: 'skeleton', joints: shape.joints.with(index, [x, y, v === SEEN ? HIDDEN : SEEN]) };
}
