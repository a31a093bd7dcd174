import { describe, expect, it } from 'vitest';
import { boundsOfShape, geometryOf, gripAt, isEmpty, moveInside } from './geometry_of';
import { withoutVertex } from './lines';
import type { Grip, Shape } from './shape';
import { withJointTurned, withoutJoint } from './skeleton';

const picture = { width: 200, height: 100 };
const box: Shape = { kind: 'box', x: 10, y: 20, width: 40, height: 30 };
const turned: Shape = { kind: 'rotated_box', cx: 50, cy: 50, width: 40, height: 20, angle: 90 };
const ellipse: Shape = { kind: 'ellipse', cx: 50, cy: 50, rx: 20, ry: 10, angle: 0 };
const polygon = { kind: 'polygon' as const, points: [[0, 0], [40, 0], [40, 40], [0, 40]] };
const polyline = { kind: 'polyline' as const, points: [[0, 0], [30, 0], [30, 40]] };
const skeleton = { kind: 'skeleton' as const, joints: [[10, 10, 2], [0, 0, 0], [30, 50, 1]] };

const distance = (shape: Shape, x: number, y: number) => geometryOf(shape).distance(shape, { x, y });
const area = (shape: Shape) => geometryOf(shape).area(shape);
const pull = (shape: Shape, grip: Grip | null, x: number, y: number, snap = false) => {
  if (!grip) throw new Error('no grip there');
  return geometryOf(shape).pulled(shape, grip, { x, y }, snap);
};

describe('bounds', () => {
  it('hold turned shapes', () => {
    const bounds = boundsOfShape(turned);
    expect([bounds.x, bounds.y, bounds.width, bounds.height].map((value) => Math.round(value))).toEqual([40, 30, 20, 40]);
    expect(boundsOfShape(ellipse)).toEqual({ x: 30, y: 40, width: 40, height: 20 });
    expect(boundsOfShape({ ...ellipse, angle: 45 } as Shape).width).toBeCloseTo(2 * Math.hypot(20, 10) * Math.SQRT1_2);
  });
  it('leave out joints that are not there', () => {
    expect(boundsOfShape(skeleton)).toEqual({ x: 10, y: 10, width: 20, height: 40 });
  });
});

describe('hits', () => {
  it('are surfaces, or near lines', () => {
    expect(distance(turned, 50, 69)).toBeCloseTo(0);
    expect(distance(turned, 65, 50)).toBeCloseTo(5);
    expect(distance(ellipse, 50, 59)).toBe(0);
    expect(distance(ellipse, 50, 62)).toBeCloseTo(2);
    expect(distance(polygon, 20, 20)).toBe(0);
    expect(distance(polygon, 43, 20)).toBe(3);
    expect(distance(polyline, 20, 4)).toBe(4);
    expect(distance(polyline, 4, 20)).toBeGreaterThan(10);
  });
  it('know surfaces', () => {
    expect([area(box), area(polygon), area(polyline)]).toEqual([1200, 1600, 0]);
    expect(area(ellipse)).toBeCloseTo(Math.PI * 200);
  });
});

describe('grips', () => {
  it('are corners before sides', () => {
    expect(gripAt({ kind: 'box', x: 0, y: 0, width: 4, height: 4 }, { x: 0, y: 0 }, 3)).toMatchObject({ name: 'nw' });
    expect(gripAt(box, { x: 30, y: 50 }, 3)).toMatchObject({ name: 's', cursor: 'ns-resize' });
    expect(gripAt(box, { x: 30, y: 35 }, 3)).toBeNull();
  });
  it('flip a box when they cross over', () => {
    expect(pull(box, gripAt(box, { x: 50, y: 35 }, 3), 0, 0)).toEqual({ kind: 'box', x: 0, y: 20, width: 10, height: 30 });
  });
  it('resize a turned box along its own axes, what is across standing still', () => {
    // Turned by 90 degrees its right side looks down.
    const grip = gripAt(turned, { x: 50, y: 70 }, 3);
    expect(grip).toMatchObject({ name: 'e', cursor: 'ns-resize' });
    const pulled = pull(turned, grip, 57, 90) as Extract<Shape, { kind: 'rotated_box' }>;
    expect([pulled.cx, pulled.cy, pulled.width, pulled.height, pulled.angle].map((value) => Math.round(value))).toEqual([50, 60, 60, 20, 90]);
  });
  it('turn a shape, in steps where asked', () => {
    const grip = geometryOf(ellipse).grips(ellipse, 4).find((each) => each.kind === 'turn') ?? null;
    expect(grip?.at).toEqual({ x: 50, y: 24 });
    expect(pull(ellipse, grip, 90, 50)).toMatchObject({ angle: 90 });
    expect(pull(ellipse, grip, 90, 48, true)).toMatchObject({ angle: 90 });
  });
  it('drag a vertex and make one out of the middle of an edge', () => {
    expect(pull(polygon, gripAt(polygon, { x: 41, y: 39 }, 3), 50, 50)).toEqual({ kind: 'polygon', points: [[0, 0], [40, 0], [50, 50], [0, 40]] });
    expect(pull(polygon, gripAt(polygon, { x: 0, y: 20 }, 3), -5, 20)).toEqual({ kind: 'polygon', points: [...polygon.points, [-5, 20]] });
    expect(pull(polyline, gripAt(polyline, { x: 30, y: 20 }, 3), 35, 20)).toEqual({ kind: 'polyline', points: [[0, 0], [30, 0], [35, 20], [30, 40]] });
  });
  it('stand on edges only where there is room', () => {
    expect(geometryOf(polygon).grips(polygon, 20).filter((grip) => grip.kind === 'midpoint')).toEqual([]);
  });
  it('move a joint and keep what is known of it', () => {
    expect(pull(skeleton, gripAt(skeleton, { x: 30, y: 50 }, 3), 31, 52)).toEqual({ kind: 'skeleton', joints: [[10, 10, 2], [0, 0, 0], [31, 52, 1]] });
  });
});

describe('changes', () => {
  it('keep shapes whole inside the picture', () => {
    expect(moveInside(box, { x: 500, y: -500 }, picture)).toEqual({ ...box, x: 160, y: 0 });
    expect(moveInside(polygon, { x: 500, y: 5 }, picture)).toMatchObject({ points: [[160, 5], [200, 5], [200, 45], [160, 45]] });
    expect(moveInside(skeleton, { x: 1, y: 1 }, picture)).toEqual({ kind: 'skeleton', joints: [[11, 11, 2], [0, 0, 0], [31, 51, 1]] });
    expect(moveInside({ kind: 'mask', x: 3, y: 3, width: 2, height: 2, counts: [0, 4] }, { x: 1.4, y: -9 }, picture)).toMatchObject({ x: 4, y: 0 });
  });
  it('never take away too many points', () => {
    expect(withoutVertex(polygon, 1)?.points).toEqual([[0, 0], [40, 40], [0, 40]]);
    expect(withoutVertex({ kind: 'polygon', points: polygon.points.slice(1) }, 1)).toBeNull();
    expect(withoutVertex({ kind: 'polyline', points: [[0, 0], [1, 1]] }, 0)).toBeNull();
  });
  it('take joints away and hide them', () => {
    expect(withoutJoint(skeleton, 0)?.joints).toEqual([[0, 0, 0], [0, 0, 0], [30, 50, 1]]);
    expect(withoutJoint({ kind: 'skeleton', joints: [[1, 1, 2]] }, 0)).toBeNull();
    expect(withJointTurned(skeleton, 2).joints[2]).toEqual([30, 50, 2]);
    expect(withJointTurned(skeleton, 0).joints[0]).toEqual([10, 10, 1]);
  });
  it('know when nothing is left', () => {
    expect(isEmpty({ ...box, width: 0 } as Shape)).toBe(true);
    expect(isEmpty({ kind: 'polygon', points: [[0, 0], [5, 0], [9, 0]] })).toBe(true);
    expect(isEmpty({ kind: 'polyline', points: [[0, 0], [5, 0]] })).toBe(false);
    expect(isEmpty({ kind: 'point', x: 0, y: 0 })).toBe(false);
  });
  it('are rounded, angles into the circle', () => {
    const shape: Shape = { kind: 'rotated_box', cx: 1.23456789, cy: 2, width: 3, height: 4, angle: -90 };
    expect(geometryOf(shape).rounded(shape)).toEqual({ kind: 'rotated_box', cx: 1.2346, cy: 2, width: 3, height: 4, angle: 270 });
    const spun: Shape = { ...ellipse, angle: 359.99999999 } as Shape;
    expect(geometryOf(spun).rounded(spun)).toMatchObject({ angle: 0 });
  });
});
