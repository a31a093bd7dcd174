// The tools as state machines: (state, input, scene) gives the next state and what is to happen. Pure, no DOM.
import {
  clamp, clipTo, contains, handleAt, moveInside, rectBetween, resize, roundRect, shapeAt, type Handle, type Point, type Rect, type Size,
} from './geometry';

export type ToolName = 'select' | 'box' | 'pan';

export interface PointerInput {
  kind: 'down' | 'move' | 'up' | 'cancel';
  /** In source pixels. */
  image: Point;
  /** In screen pixels, for panning. */
  screen: Point;
  /** True for the middle button or while Space is held: any tool pans then. */
  panning: boolean;
  /** How near counts as on, in source pixels. */
  tolerance: number;
}

export interface SceneShape extends Rect {
  id: string;
}

export interface Scene {
  shapes: readonly SceneShape[];
  selected: string | null;
  picture: Size;
  /** False in review: shapes may be selected but not changed. */
  editable: boolean;
}

export type ToolState =
  | { kind: 'idle' }
  | { kind: 'panning'; last: Point }
  | { kind: 'drawing'; from: Point; to: Point }
  | { kind: 'moving'; id: string; from: Point; original: Rect; rect: Rect }
  | { kind: 'resizing'; id: string; handle: Handle; original: Rect; rect: Rect };

export type Effect =
  | { kind: 'pan'; by: Point }
  | { kind: 'select'; id: string | null }
  | { kind: 'create'; rect: Rect }
  | { kind: 'change'; id: string; rect: Rect };

export interface Step {
  state: ToolState;
  effects: Effect[];
}

export const IDLE: ToolState = { kind: 'idle' };
const stay = (state: ToolState, ...effects: Effect[]): Step => ({ state, effects });

/** One step of the tool's machine. */
export function step(tool: ToolName, state: ToolState, input: PointerInput, scene: Scene): Step {
  if (input.kind === 'cancel') return stay(IDLE);
  if (input.kind === 'down') return begin(tool, input, scene);
  switch (state.kind) {
    case 'idle':
      return stay(state);
    case 'panning':
      return stepPanning(state, input);
    case 'drawing':
      return stepDrawing(state, input, scene);
    case 'moving':
    case 'resizing':
      return stepChanging(state, input, scene);
  }
}

function begin(tool: ToolName, input: PointerInput, scene: Scene): Step {
  if (tool === 'pan' || input.panning) return stay({ kind: 'panning', last: input.screen });
  const selected = scene.shapes.find((shape) => shape.id === scene.selected);
  if (selected && scene.editable) {
    const handle = handleAt(selected, input.image, input.tolerance);
    if (handle) return stay({ kind: 'resizing', id: selected.id, handle, original: rectOf(selected), rect: rectOf(selected) });
  }
  if (tool === 'box' && scene.editable) {
    const from = inside(input.image, scene.picture);
    return stay({ kind: 'drawing', from, to: from });
  }
  return beginSelect(input, scene, selected);
}

function beginSelect(input: PointerInput, scene: Scene, selected: SceneShape | undefined): Step {
  const under = shapeAt(scene.shapes, input.image, input.tolerance / 2);
  const target = selected && contains(selected, input.image) && under && area(under) >= area(selected) ? selected : under;
  if (!target) return stay({ kind: 'panning', last: input.screen }, { kind: 'select', id: null });
  const select: Effect = { kind: 'select', id: target.id };
  if (!scene.editable) return stay(IDLE, select);
  return stay({ kind: 'moving', id: target.id, from: input.image, original: rectOf(target), rect: rectOf(target) }, select);
}

function stepPanning(state: Extract<ToolState, { kind: 'panning' }>, input: PointerInput): Step {
  const by = { x: input.screen.x - state.last.x, y: input.screen.y - state.last.y };
  const pan: Effect[] = by.x !== 0 || by.y !== 0 ? [{ kind: 'pan', by }] : [];
  return { state: input.kind === 'up' ? IDLE : { kind: 'panning', last: input.screen }, effects: pan };
}

function stepDrawing(state: Extract<ToolState, { kind: 'drawing' }>, input: PointerInput, scene: Scene): Step {
  const to = inside(input.image, scene.picture);
  if (input.kind === 'move') return stay({ ...state, to });
  const rect = roundRect(clipTo(rectBetween(state.from, to), scene.picture));
  // A press without a drag is a click: it selects what is under it.
  const tooSmall = rect.width < input.tolerance / 2 || rect.height < input.tolerance / 2;
  if (tooSmall) return stay(IDLE, { kind: 'select', id: shapeAt(scene.shapes, input.image, input.tolerance / 2)?.id ?? null });
  return stay(IDLE, { kind: 'create', rect });
}

function stepChanging(state: Extract<ToolState, { kind: 'moving' | 'resizing' }>, input: PointerInput, scene: Scene): Step {
  const rect =
    state.kind === 'moving'
      ? moveInside(state.original, { x: input.image.x - state.from.x, y: input.image.y - state.from.y }, scene.picture)
      : resize(state.original, state.handle, input.image, scene.picture);
  if (input.kind === 'move') return stay({ ...state, rect });
  const settled = roundRect(rect);
  const empty = settled.width === 0 || settled.height === 0;
  if (empty || same(settled, state.original)) return stay(IDLE);
  return stay(IDLE, { kind: 'change', id: state.id, rect: settled });
}

/** The mouse pointer that tells what a press would do. */
export function cursorFor(tool: ToolName, state: ToolState, input: PointerInput | null, scene: Scene): string {
  if (state.kind === 'panning') return 'grabbing';
  if (state.kind === 'moving') return 'move';
  if (state.kind === 'resizing') return handleCursor(state.handle);
  if (tool === 'pan' || input?.panning) return 'grab';
  const selected = scene.shapes.find((shape) => shape.id === scene.selected);
  const handle = input && selected && scene.editable ? handleAt(selected, input.image, input.tolerance) : null;
  if (handle) return handleCursor(handle);
  if (tool === 'box' && scene.editable) return 'crosshair';
  return input && shapeAt(scene.shapes, input.image, input.tolerance / 2) ? (scene.editable ? 'move' : 'pointer') : 'default';
}

function handleCursor(handle: Handle): string {
  if (handle === 'n' || handle === 's') return 'ns-resize';
  if (handle === 'e' || handle === 'w') return 'ew-resize';
  return handle === 'nw' || handle === 'se' ? 'nwse-resize' : 'nesw-resize';
}

const inside = (point: Point, picture: Size): Point => ({ x: clamp(point.x, 0, picture.width), y: clamp(point.y, 0, picture.height) });
const rectOf = ({ x, y, width, height }: Rect): Rect => ({ x, y, width, height });
const area = (rect: Rect): number => rect.width * rect.height;
const same = (a: Rect, b: Rect): boolean => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
