// The layer that follows the pointer: the selected shape with its grips, the shape in the making, crosshair and brush.
import { inside, intersects, type Point, type Rect, type Size } from '../geometry';
import { boundsOfShape, geometryOf } from '../shapes/geometry_of';
import { pointOf } from '../shapes/points';
import type { Grip, Shape } from '../shapes/shape';
import { isThere } from '../shapes/skeleton';
import { closes } from '../tools/outline';
import { shapeInHand } from '../tools/step';
import type { PointerInput, ToolName, ToolState } from '../tools/tool';
import { toScreen, visibleRect } from '../viewport';
import { paintCaption, paintNote } from './captions';
import { paintStroke } from './masks';
import { paintShape } from './shape';
import { clear } from './still';
import type { JointPlan, PaintedShape, Surface } from './style';

export interface Hand {
  tool: ToolName;
  state: ToolState;
  pointer: PointerInput | null;
  selected: PaintedShape | undefined;
  editable: boolean;
  color: string;
  opacity: number;
  size: Size;
  /** The brush's diameter in source pixels. */
  brush: number;
  /** The joints of the layer that is drawn in. */
  plan: JointPlan | null;
  tolerance: number;
}

export function paintHand(surface: Surface, hand: Hand): void {
  clear(surface);
  const { state, selected } = hand;
  const making = shapeInHand(state);
  const changing = state.kind === 'moving' || state.kind === 'pulling';
  if (selected) paintSelected(surface, hand, selected, changing && making ? making : selected.shape);
  if (state.kind === 'stroke' && !state.mask) paintStroke(surface, state, hand.brush, hand.color, Math.min(1, hand.opacity * 3));
  if (making && !changing) paintMaking(surface, hand, making);
  paintPointer(surface, hand);
}

function paintSelected(surface: Surface, hand: Hand, selected: PaintedShape, shape: Shape): void {
  const { state } = hand;
  const painting = state.kind === 'stroke' && state.target === selected.id;
  if (painting) paintStroke(surface, state, hand.brush, selected.color, Math.min(1, hand.opacity * 3));
  else paintShape(surface, shape, { color: selected.color, predicted: selected.predicted, selected: true, opacity: hand.opacity }, selected.plan);
  if (selected.caption && state.kind === 'idle') paintCaption(surface, { text: selected.caption, color: selected.color, faint: false }, boundsOfShape(shape));
  if (selected.predicted || selected.locked || !hand.editable || painting) return;
  const visible = visibleRect(surface.view, surface.stage);
  for (const grip of geometryOf(shape).grips(shape, hand.tolerance)) paintGrip(surface, grip, selected, visible);
  if (shape.kind === 'skeleton' && selected.plan && state.kind !== 'joints') nameJoint(surface, hand, shape.joints, selected.plan);
}

function paintGrip(surface: Surface, grip: Grip, { color, shape }: PaintedShape, visible: Rect): void {
  if (!intersects(visible, { ...grip.at, width: 0, height: 0 })) return;
  // Points and joints are their own marks.
  if (shape.kind === 'point' || shape.kind === 'skeleton') return;
  const { context, view } = surface;
  const at = toScreen(view, grip.at);
  context.fillStyle = grip.kind === 'midpoint' ? color : '#fff';
  context.strokeStyle = grip.kind === 'midpoint' ? '#fff' : color;
  context.lineWidth = grip.kind === 'midpoint' ? 1 : 2;
  context.beginPath();
  if (grip.kind === 'side') context.rect(at.x - 4, at.y - 4, 8, 8);
  else context.arc(at.x, at.y, grip.kind === 'midpoint' ? 3 : 4.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** The joint under the pointer says its name. */
function nameJoint(surface: Surface, hand: Hand, joints: readonly number[][], plan: JointPlan): void {
  const { pointer } = hand;
  if (!pointer) return;
  const index = joints.findIndex((joint) => isThere(joint) && Math.max(Math.abs(pointOf(joint).x - pointer.image.x), Math.abs(pointOf(joint).y - pointer.image.y)) <= hand.tolerance);
  const name = plan.points[index];
  if (name !== undefined) paintNote(surface, name, pointer.screen);
}

function paintMaking(surface: Surface, hand: Hand, making: Shape): void {
  const { context, view } = surface;
  const state = hand.state.kind === 'panning' ? hand.state.resume : hand.state;
  paintShape(surface, making, { color: hand.color, predicted: false, selected: true, opacity: hand.opacity }, hand.plan);
  if (state.kind !== 'outline') return;
  const closing = closes(state, state.at, hand.tolerance);
  state.points.forEach((point, index) => {
    const at = toScreen(view, point);
    context.fillStyle = index === 0 && closing ? hand.color : '#fff';
    context.strokeStyle = hand.color;
    context.lineWidth = 2;
    context.beginPath();
    // The first point can be clicked to close the outline.
    context.arc(at.x, at.y, index === 0 && state.points.length >= 3 && state.makes !== 'polyline' ? (closing ? 7 : 5.5) : 3.5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
}

function paintPointer(surface: Surface, hand: Hand): void {
  const { tool, state, pointer, editable } = hand;
  if (!pointer || !editable || pointer.panning || state.kind === 'panning') return;
  if (tool === 'brush' || tool === 'eraser') paintBrush(surface, pointer.screen, (hand.brush / 2) * surface.view.scale, tool === 'eraser');
  if (state.kind === 'idle' && (tool === 'box' || tool === 'ellipse')) paintCrosshair(surface, pointer.screen);
  if (tool !== 'skeleton' || !hand.plan || (state.kind !== 'idle' && state.kind !== 'joints')) return;
  const upcoming = hand.plan.points[state.kind === 'joints' ? state.joints.length : 0];
  const onPicture = inside(pointer.image, hand.size);
  if (upcoming !== undefined && onPicture.x === pointer.image.x && onPicture.y === pointer.image.y) paintNote(surface, upcoming, pointer.screen);
}

function paintBrush({ context }: Surface, at: Point, radius: number, erase: boolean): void {
  for (const [color, width] of [['rgb(20 30 35 / 80%)', 3], ['#fff', 1.25]] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.setLineDash(erase ? [4, 3] : []);
    context.beginPath();
    context.arc(at.x, at.y, Math.max(1.5, radius), 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}

function paintCrosshair({ context, stage }: Surface, at: Point): void {
  for (const [color, dash] of [['rgb(255 255 255 / 70%)', []], ['rgb(20 30 35 / 70%)', [4, 4]]] as const) {
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(Math.round(at.x) + 0.5, 0);
    context.lineTo(Math.round(at.x) + 0.5, stage.height);
    context.moveTo(0, Math.round(at.y) + 0.5);
    context.lineTo(stage.width, Math.round(at.y) + 0.5);
    context.stroke();
  }
  context.setLineDash([]);
}
