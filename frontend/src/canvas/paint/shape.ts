// Painting one shape: its surface, its line, and the lines and joints of a skeleton.
import type { Point } from '../geometry';
import { pointOf } from '../shapes/points';
import type { Shape, SkeletonShape } from '../shapes/shape';
import { HIDDEN, isThere } from '../shapes/skeleton';
import { toScreen } from '../viewport';
import { paintMask } from './masks';
import { HALO, tracePath, type JointPlan, type Surface } from './style';

export interface Look {
  color: string;
  predicted: boolean;
  selected: boolean;
  /** Of surfaces, 0 to 1. */
  opacity: number;
}

export function paintShape(surface: Surface, shape: Shape, look: Look, plan: JointPlan | null): void {
  if (shape.kind === 'mask') {
    const alpha = surfaceAlpha(look, 2);
    paintMask(surface, shape, { color: look.color, alpha, dashed: look.predicted, selected: look.selected });
    return;
  }
  if (shape.kind === 'skeleton') {
    paintSkeleton(surface, shape, look, plan);
    return;
  }
  tracePath(surface, shape);
  if (shape.kind === 'point') paintDot(surface, look);
  else paintOutline(surface, look, shape.kind !== 'polyline');
}

/** A mask is seen by its surface alone, so it is painted stronger than what has a line of its own. */
function surfaceAlpha(look: Look, strength: number): number {
  const base = look.predicted ? look.opacity * 0.5 : look.selected ? look.opacity * 1.5 : look.opacity;
  return Math.min(1, base * strength);
}

function paintOutline({ context }: Surface, look: Look, filled: boolean): void {
  if (filled && look.opacity > 0) {
    context.globalAlpha = surfaceAlpha(look, 1);
    context.fillStyle = look.color;
    context.fill('evenodd');
    context.globalAlpha = 1;
  }
  if (look.predicted) context.setLineDash([6, 5]);
  context.lineJoin = 'round';
  context.strokeStyle = HALO;
  context.lineWidth = look.selected ? 4.5 : 3.5;
  context.stroke();
  context.strokeStyle = look.color;
  context.lineWidth = look.selected ? 2.5 : 1.75;
  context.stroke();
  if (look.predicted) context.setLineDash([]);
}

/** A predicted point is a ring, a person's is full. */
function paintDot({ context }: Surface, look: Look): void {
  context.strokeStyle = HALO;
  context.lineWidth = look.selected ? 5 : 3.5;
  context.stroke();
  context.fillStyle = look.predicted ? HALO : look.color;
  context.fill();
  context.strokeStyle = look.color;
  context.lineWidth = 1.75;
  context.stroke();
}

function paintSkeleton(surface: Surface, shape: SkeletonShape, look: Look, plan: JointPlan | null): void {
  const { context, view } = surface;
  const at = (index: number | undefined): Point | null => {
    const joint = index === undefined ? undefined : shape.joints[index];
    return joint && isThere(joint) ? toScreen(view, pointOf(joint)) : null;
  };
  context.beginPath();
  for (const [from, to] of plan?.edges ?? []) {
    const a = at(from);
    const b = at(to);
    if (!a || !b) continue;
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
  }
  paintOutline(surface, look, false);
  const radius = look.selected ? 4.5 : 3.5;
  shape.joints.forEach((joint, index) => {
    const place = at(index);
    if (!place) return;
    context.beginPath();
    context.arc(place.x, place.y, radius, 0, 2 * Math.PI);
    // A hidden joint is hollow.
    context.fillStyle = joint[2] === HIDDEN || look.predicted ? '#fff' : look.color;
    context.fill();
    context.strokeStyle = joint[2] === HIDDEN || look.predicted ? look.color : '#fff';
    context.lineWidth = 1.5;
    context.stroke();
  });
}
