// What a region measures in pixels of its source, as words and numbers to show. Pure.
import { boundsOfShape, geometryOf } from '../../canvas/shapes/geometry_of';
import { outlineLength } from '../../canvas/shapes/lines';
import type { Shape } from '../../canvas/shapes/shape';
import { isThere } from '../../canvas/shapes/skeleton';

/** A key under `labeling.measure_` and what its sentence is filled with. */
export interface Measure {
  key: 'place' | 'size' | 'angle' | 'area' | 'length' | 'points' | 'joints';
  values: Record<string, string | number>;
}

const rounded = (value: number): string => Math.round(value).toLocaleString('en-US');
const size = (width: number, height: number): Measure => ({ key: 'size', values: { width: rounded(width), height: rounded(height) } });
const area = (shape: Shape): Measure => ({ key: 'area', values: { area: rounded(geometryOf(shape).area(shape)) } });
const angle = (degrees: number): Measure => ({ key: 'angle', values: { angle: Math.round(degrees * 10) / 10 } });

/** The most telling measure first; the first stands in the list, all in the line under the picture. */
export function measuresOf(shape: Shape): [Measure, ...Measure[]] {
  const bounds = boundsOfShape(shape);
  switch (shape.kind) {
    case 'box': return [size(shape.width, shape.height), area(shape)];
    case 'rotated_box': return [size(shape.width, shape.height), angle(shape.angle), area(shape)];
    case 'ellipse': return [size(2 * shape.rx, 2 * shape.ry), angle(shape.angle), area(shape)];
    case 'polygon': return [area(shape), size(bounds.width, bounds.height), { key: 'length', values: { length: rounded(outlineLength(shape)) } }, { key: 'points', values: { count: shape.points.length } }];
    case 'polyline': return [{ key: 'length', values: { length: rounded(outlineLength(shape)) } }, size(bounds.width, bounds.height), { key: 'points', values: { count: shape.points.length } }];
    case 'point': return [{ key: 'place', values: { x: rounded(shape.x), y: rounded(shape.y) } }];
    case 'skeleton': return [{ key: 'joints', values: { there: shape.joints.filter(isThere).length, all: shape.joints.length } }, size(bounds.width, bounds.height)];
    case 'mask': return [area(shape), size(shape.width, shape.height)];
  }
}
