// What the tools have in common: their inputs, their states and what they ask for. Pure, no DOM.
import type { Point, Rect, Size } from '../geometry';
import type { Grid } from '../grid';
import type { Grip, MaskShape, Shape } from '../shapes/shape';

export type DrawTool = 'box' | 'rotated_box' | 'ellipse' | 'polygon' | 'polyline' | 'point' | 'skeleton' | 'brush' | 'eraser' | 'fill';
export type ToolName = 'select' | 'pan' | DrawTool;

export interface PointerInput {
  kind: 'down' | 'move' | 'up' | 'cancel';
  /** In source pixels. */
  image: Point;
  /** In screen pixels, for panning. */
  screen: Point;
  /** True for the middle button or while Space is held: any tool pans then. */
  panning: boolean;
  shift: boolean;
  alt: boolean;
  /** How near counts as on, in source pixels. */
  tolerance: number;
}

/** What a key says to a shape in the making: it is complete; take its last point back; leave this joint out. */
export type Order = 'finish' | 'back' | 'skip';

export interface SceneShape {
  id: string;
  shape: Shape;
  bounds: Rect;
  /** Presses go through it, and nothing changes it. */
  locked: boolean;
}

export interface Scene {
  shapes: Grid<SceneShape>;
  selected: string | null;
  picture: Size;
  /** False in review: shapes may be selected but not changed. */
  editable: boolean;
  /** The brush's diameter in source pixels. */
  brush: number;
  /** How many joints a skeleton of the layer has. */
  joints: number;
}

export interface Panning { kind: 'panning'; last: Point; resume: ToolState }
/** A rectangle or an ellipse is pulled up from one corner to the other. */
export interface Dragging { kind: 'dragging'; makes: 'box' | 'ellipse'; from: Point; to: Point }
/** A rotated box: first one edge, from `from` to `to`, then how deep it goes. */
export interface Edge { kind: 'edge'; from: Point; to: Point; fixed: boolean; depth: Point }
/** Vertex by vertex; `at` is where the pointer stands. */
export interface Outline { kind: 'outline'; makes: 'polygon' | 'polyline' | 'fill'; points: Point[]; at: Point }
export interface Joints { kind: 'joints'; joints: number[][]; at: Point }
/** A stroke of brush or eraser over the mask `target`, or over none. */
export interface Stroke { kind: 'stroke'; erase: boolean; line: Point[]; target: string | null; mask: MaskShape | null }
export interface Moving { kind: 'moving'; id: string; from: Point; original: Shape; shape: Shape }
export interface Pulling { kind: 'pulling'; id: string; grip: Grip; original: Shape; shape: Shape }

export type ToolState = { kind: 'idle' } | Panning | Dragging | Edge | Outline | Joints | Stroke | Moving | Pulling;

export type Effect =
  | { kind: 'pan'; by: Point }
  | { kind: 'select'; id: string | null }
  | { kind: 'create'; shape: Shape }
  | { kind: 'change'; id: string; shape: Shape }
  | { kind: 'remove'; id: string };

export interface Step {
  state: ToolState;
  effects: Effect[];
}

export const IDLE: ToolState = { kind: 'idle' };
export const next = (state: ToolState, ...effects: Effect[]): Step => ({ state, effects });

/** The shape that is selected and may be changed. */
export function changeable(scene: Scene): SceneShape | undefined {
  const selected = scene.shapes.get(scene.selected);
  return selected && scene.editable && !selected.locked ? selected : undefined;
}
