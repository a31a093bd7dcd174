// Changes to a layer's skeleton. Edges name joints by place, so they follow when joints move or go. Pure.
import type { Layer } from '../../api/types';
import { freeName, moveAt, removeAt, replaceAt } from './editing';

export type Skeleton = NonNullable<Layer['skeleton']>;

export const edgesOf = (skeleton: Skeleton): number[][] => skeleton.edges ?? [];

export const addJoint = (skeleton: Skeleton, name = freeName('joint', skeleton.points)): Skeleton => ({ ...skeleton, points: [...skeleton.points, name] });

export const renameJoint = (skeleton: Skeleton, index: number, name: string): Skeleton => ({ ...skeleton, points: replaceAt(skeleton.points, index, name) });

/** The joint goes, and with it its edges. */
export function removeJoint(skeleton: Skeleton, index: number): Skeleton {
  const kept = edgesOf(skeleton).filter((edge) => !edge.includes(index));
  return { points: removeAt(skeleton.points, index), edges: kept.map((edge) => edge.map((end) => (end > index ? end - 1 : end))) };
}

/** The joint goes to another place in the list; its edges stay with it. */
export function moveJoint(skeleton: Skeleton, from: number, to: number): Skeleton {
  const order = moveAt(skeleton.points.map((_, index) => index), from, to);
  return { points: moveAt(skeleton.points, from, to), edges: edgesOf(skeleton).map((edge) => edge.map((end) => order.indexOf(end))) };
}

/** Joins two joints, or parts them where they are joined. */
export function toggleEdge(skeleton: Skeleton, a: number, b: number): Skeleton {
  if (a === b) return skeleton;
  const others = edgesOf(skeleton).filter((edge) => !(edge.includes(a) && edge.includes(b)));
  return { ...skeleton, edges: others.length < edgesOf(skeleton).length ? others : [...others, [a, b]] };
}

/** Joints of a person as in COCO, with where they stand in a figure of 100 by 100. */
const BODY: Readonly<Record<string, readonly [x: number, y: number]>> = {
  nose: [50, 15], left_eye: [56, 5], right_eye: [44, 5], left_ear: [66, 10], right_ear: [34, 10], left_shoulder: [64, 27], right_shoulder: [36, 27],
  left_elbow: [74, 42], right_elbow: [26, 42], left_wrist: [80, 57], right_wrist: [20, 57], left_hip: [59, 56], right_hip: [41, 56],
  left_knee: [61, 75], right_knee: [39, 75], left_ankle: [63, 94], right_ankle: [37, 94],
};
const BODY_EDGES = [[15, 13], [13, 11], [16, 14], [14, 12], [11, 12], [5, 11], [6, 12], [5, 6], [5, 7], [6, 8], [7, 9], [8, 10], [1, 2], [0, 1], [0, 2], [1, 3], [2, 4], [3, 5], [4, 6]];

export const person = (): Skeleton => ({ points: Object.keys(BODY), edges: BODY_EDGES.map((edge) => [...edge]) });

/** Where each joint stands in the schematic picture, in percent: as in a body where all names are a body's, else in a ring from the top, clockwise. */
export function placesOf(points: readonly string[]): (readonly [x: number, y: number])[] {
  const body = points.map((name) => BODY[name]);
  const whole = body.filter((place) => place !== undefined);
  if (whole.length === points.length && new Set(points).size === points.length) return whole;
  return points.map((_, index) => {
    const angle = (index / points.length) * 2 * Math.PI - Math.PI / 2;
    return [50 + 42 * Math.cos(angle), 50 + 42 * Math.sin(angle)] as const;
  });
}
