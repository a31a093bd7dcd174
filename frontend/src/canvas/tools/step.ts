// The tools as state machines: (state, input, scene) gives the next state and what is to happen. Pure, no DOM.
import type { Shape } from '../shapes/shape';
import { beginStroke, stepStroke } from './brush';
import { beginDrag, beginEdge, draggedShape, edgeShape, stepDragging, stepEdge } from './drag';
import { beginOutline, orderOutline, outlineShape, stepOutline } from './outline';
import { beginJoints, orderJoints, placePoint, stepJoints } from './place';
import { beginPull, beginSelect, gripUnder, stepMoving, stepPulling } from './select';
import { IDLE, next, type DrawTool, type Effect, type Order, type Panning, type PointerInput, type Pulling, type Scene, type Step, type ToolName, type ToolState } from './tool';

/** One step of the tool's machine. */
export function step(tool: ToolName, state: ToolState, input: PointerInput, scene: Scene): Step {
  // The system takes a drag away, but what was clicked together so far stays in hand.
  if (input.kind === 'cancel') return next(state.kind === 'panning' ? state.resume : inSteps(state) ? state : IDLE);
  if (input.kind === 'down' && (tool === 'pan' || input.panning)) return next({ kind: 'panning', last: input.screen, resume: inSteps(state) ? state : IDLE });
  switch (state.kind) {
    case 'idle': return input.kind === 'down' ? begin(tool, input, scene) : next(state);
    case 'panning': return stepPanning(state, input);
    case 'dragging': return stepDragging(state, input, scene);
    case 'edge': return stepEdge(state, input, scene);
    case 'outline': return stepOutline(state, input, scene);
    case 'joints': return stepJoints(state, input, scene);
    case 'stroke': return stepStroke(state, input, scene);
    case 'moving': return stepMoving(state, input, scene);
    case 'pulling': return afterPull(tool, state, input, scene);
  }
}

/** What a key does to the shape in the making; null where there is none that it concerns. */
export function obey(state: ToolState, order: Order, scene: Scene): Step | null {
  if (state.kind === 'outline') return order === 'skip' ? null : orderOutline(state, order, scene);
  if (state.kind === 'joints') return orderJoints(state, order, scene);
  return state.kind === 'edge' && order === 'back' ? next(IDLE) : null;
}

/** A skeleton may begin with a joint that is left out. */
export function skipFirst(tool: ToolName, state: ToolState, at: { x: number; y: number }, scene: Scene): Step | null {
  return tool === 'skeleton' && scene.editable && state.kind === 'idle' ? orderJoints({ kind: 'joints', joints: [], at }, 'skip', scene) : null;
}

/** The shape in the making as far as it has come; of a pulled or moved one, how it would stand. */
export function shapeInHand(state: ToolState): Shape | null {
  switch (state.kind) {
    case 'dragging': return draggedShape(state);
    case 'edge': return state.fixed ? edgeShape(state) : { kind: 'polyline', points: [[state.from.x, state.from.y], [state.to.x, state.to.y]] };
    case 'outline': return outlineShape(state, true);
    case 'joints': return { kind: 'skeleton', joints: state.joints };
    case 'moving':
    case 'pulling': return state.shape;
    case 'panning': return shapeInHand(state.resume);
    case 'stroke':
    case 'idle': return null;
  }
}

/** Whether a change of tools leaves the shape in the making in hand: one may pan in between, and come back to what makes it. */
export function outlives(state: ToolState, tool: ToolName): boolean {
  if (tool === 'pan') return inSteps(state);
  if (state.kind === 'outline') return state.makes === tool;
  return (state.kind === 'joints' && tool === 'skeleton') || (state.kind === 'edge' && tool === 'rotated_box');
}

/** Whether the shape is made of several presses: it outlives a lifted button. */
const inSteps = (state: ToolState): boolean => state.kind === 'outline' || state.kind === 'joints' || (state.kind === 'edge' && state.fixed);

/** A press on a grip without a pull is a click of the tool: shapes may begin where the selected one has a vertex. */
function afterPull(tool: ToolName, state: Pulling, input: PointerInput, scene: Scene): Step {
  const done = stepPulling(state, input, scene);
  const clicked = input.kind === 'up' && done.effects.length === 0 && state.shape === state.original;
  const draws = tool === 'polygon' || tool === 'polyline' || tool === 'point' || tool === 'skeleton';
  return clicked && draws ? draw(tool, input, scene) : done;
}

function begin(tool: ToolName, input: PointerInput, scene: Scene): Step {
  if (tool === 'pan') return next(IDLE);
  const painting = tool === 'brush' || tool === 'eraser' || tool === 'fill';
  const held = painting ? null : gripUnder(input, scene);
  if (held) return beginPull(input, held);
  return tool === 'select' || !scene.editable ? beginSelect(input, scene) : draw(tool, input, scene);
}

function draw(tool: DrawTool, input: PointerInput, scene: Scene): Step {
  switch (tool) {
    case 'box':
    case 'ellipse': return beginDrag(tool, input, scene);
    case 'rotated_box': return beginEdge(input, scene);
    case 'polygon':
    case 'polyline':
    case 'fill': return beginOutline(tool, input, scene);
    case 'point': return placePoint(input, scene);
    case 'skeleton': return beginJoints(input, scene);
    case 'brush':
    case 'eraser': return beginStroke(tool === 'eraser', input, scene);
  }
}

function stepPanning(state: Panning, input: PointerInput): Step {
  const by = { x: input.screen.x - state.last.x, y: input.screen.y - state.last.y };
  const pan: Effect[] = by.x !== 0 || by.y !== 0 ? [{ kind: 'pan', by }] : [];
  return { state: input.kind === 'up' ? state.resume : { ...state, last: input.screen }, effects: pan };
}
