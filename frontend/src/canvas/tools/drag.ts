// Boxes and ellipses, pulled up from corner to corner; rotated boxes, edge first. Pure.
import { distanceOf, inside, rectBetween, type Point } from '../geometry';
import { geometryOf, isEmpty } from '../shapes/geometry_of';
import type { BoxShape, EllipseShape, RotatedBoxShape, Shape } from '../shapes/shape';
import { shapeAt } from './hit';
import { IDLE, next, type Dragging, type Edge, type PointerInput, type Scene, type Step } from './tool';

/** A press without a drag is a click: it selects what is under it. */
const click = (input: PointerInput, scene: Scene): Step => next(IDLE, { kind: 'select', id: shapeAt(scene.shapes, input.image, input.tolerance / 2)?.id ?? null });

export function beginDrag(makes: Dragging['makes'], input: PointerInput, scene: Scene): Step {
  const from = inside(input.image, scene.picture);
  return next({ kind: 'dragging', makes, from, to: from });
}

export function stepDragging(state: Dragging, input: PointerInput, scene: Scene): Step {
  const moved: Dragging = { ...state, to: inside(input.image, scene.picture) };
  if (input.kind !== 'up') return next(moved);
  const rect = rectBetween(moved.from, moved.to);
  if (rect.width < input.tolerance / 2 || rect.height < input.tolerance / 2) return click(input, scene);
  return created(draggedShape(moved));
}

export function draggedShape({ makes, from, to }: Dragging): BoxShape | EllipseShape {
  const rect = rectBetween(from, to);
  if (makes === 'box') return { kind: 'box', ...rect };
  return { kind: 'ellipse', cx: rect.x + rect.width / 2, cy: rect.y + rect.height / 2, rx: rect.width / 2, ry: rect.height / 2, angle: 0 };
}

export function beginEdge(input: PointerInput, scene: Scene): Step {
  const from = inside(input.image, scene.picture);
  return next({ kind: 'edge', from, to: from, fixed: false, depth: from }, { kind: 'select', id: null });
}

/** The edge is dragged, or set by two clicks; then the pointer opens the box and a click closes it. */
export function stepEdge(state: Edge, input: PointerInput, scene: Scene): Step {
  const at = inside(input.image, scene.picture);
  if (!state.fixed) {
    const moved: Edge = { ...state, to: at, depth: at };
    const long = distanceOf(state.from, at) > input.tolerance;
    return next(input.kind !== 'move' && long ? { ...moved, fixed: true } : moved);
  }
  const opened: Edge = { ...state, depth: at };
  if (input.kind !== 'down') return next(opened);
  const shape = edgeShape(opened);
  return shape.height < input.tolerance / 2 ? next(opened) : created(shape);
}

/** The box over an edge that reaches to `depth`, on whichever side that lies. */
export function edgeShape({ from, to, depth }: Edge): RotatedBoxShape {
  const width = distanceOf(from, to);
  const along: Point = width === 0 ? { x: 1, y: 0 } : { x: (to.x - from.x) / width, y: (to.y - from.y) / width };
  // To the right of the edge's direction, which on a screen is downwards for an edge drawn to the right.
  const height = (depth.y - from.y) * along.x - (depth.x - from.x) * along.y;
  const angle = ((Math.atan2(along.y, along.x) * 180) / Math.PI + 360) % 360;
  return {
    kind: 'rotated_box', cx: (from.x + to.x) / 2 - (along.y * height) / 2, cy: (from.y + to.y) / 2 + (along.x * height) / 2, width, height: Math.abs(height), angle,
  };
}

function created(shape: Shape): Step {
  const rounded = geometryOf(shape).rounded(shape);
  return isEmpty(rounded) ? next(IDLE) : next(IDLE, { kind: 'create', shape: rounded });
}
