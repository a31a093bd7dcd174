// Polygons and polylines: rows of vertices, closed or open. Pure.
import type { Point } from '../geometry';
import { boundsOf, lineDistance, lineLength, pointOf, ringArea, ringContains, shiftedRows } from './points';
import { toHundredth } from './rounding';
import type { Geometry, Grip, PathSink, PolygonShape, PolylineShape } from './shape';

/** An edge shows a midpoint from this many tolerances on: where vertices stand close there is no room to hit one. */
const MIDPOINT_ROOM = 5;

function lineGrips(rows: readonly number[][], tolerance: number, closed: boolean): Grip[] {
  const vertices = rows.map((row, index): Grip => ({ kind: 'vertex', index, at: pointOf(row), cursor: 'move' }));
  const midpoints = rows.flatMap((row, index): Grip[] => {
    const next = rows[index + 1] ?? (closed ? rows[0] : undefined);
    if (!next) return [];
    const a = pointOf(row);
    const b = pointOf(next);
    if (Math.hypot(b.x - a.x, b.y - a.y) < MIDPOINT_ROOM * tolerance) return [];
    return [{ kind: 'midpoint', index, at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, cursor: 'copy' }];
  });
  return [...vertices, ...midpoints];
}

function pulledRows(rows: number[][], grip: Grip, to: Point): number[][] {
  if (grip.kind === 'vertex') return rows.with(grip.index, [to.x, to.y]);
  return grip.kind === 'midpoint' ? rows.toSpliced(grip.index + 1, 0, [to.x, to.y]) : rows;
}

function traceRows(rows: readonly number[][], sink: PathSink): void {
  rows.forEach(([x = 0, y = 0], index) => (index === 0 ? sink.moveTo(x, y) : sink.lineTo(x, y)));
}

const roundedRows = (rows: readonly number[][]): number[][] => rows.map((row) => row.map(toHundredth));

export const polygon: Geometry<PolygonShape> = {
  bounds: ({ points }) => boundsOf(points),
  distance: ({ points }, at) => (ringContains(points, at) ? 0 : lineDistance(points, at, true)),
  area: ({ points }) => ringArea(points),
  grips: ({ points }, tolerance) => lineGrips(points, tolerance, true),
  pulled: ({ points }, grip, to) => ({ kind: 'polygon', points: pulledRows(points, grip, to) }),
  shifted: ({ points }, by) => ({ kind: 'polygon', points: shiftedRows(points, by) }),
  trace: ({ points }, sink) => {
    traceRows(points, sink);
    sink.closePath();
  },
  rounded: ({ points }) => ({ kind: 'polygon', points: roundedRows(points) }),
};

export const polyline: Geometry<PolylineShape> = {
  bounds: ({ points }) => boundsOf(points),
  distance: ({ points }, at) => lineDistance(points, at, false),
  area: () => 0,
  grips: ({ points }, tolerance) => lineGrips(points, tolerance, false),
  pulled: ({ points }, grip, to) => ({ kind: 'polyline', points: pulledRows(points, grip, to) }),
  shifted: ({ points }, by) => ({ kind: 'polyline', points: shiftedRows(points, by) }),
  trace: ({ points }, sink) => traceRows(points, sink),
  rounded: ({ points }) => ({ kind: 'polyline', points: roundedRows(points) }),
};

/** The shape without one of its vertices; null where too few would be left. */
export function withoutVertex<S extends PolygonShape | PolylineShape>(shape: S, index: number): S | null {
  const least = shape.kind === 'polygon' ? 3 : 2;
  return shape.points.length > least ? { ...shape, points: shape.points.toSpliced(index, 1) } : null;
}

export const outlineLength = (shape: PolygonShape | PolylineShape): number => lineLength(shape.points, shape.kind === 'polygon');
