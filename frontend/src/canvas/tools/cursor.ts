// The mouse pointer that tells what a press would do. Pure.
import { shapeAt } from './hit';
import { gripUnder } from './select';
import type { PointerInput, Scene, ToolName, ToolState } from './tool';

export function cursorFor(tool: ToolName, state: ToolState, input: PointerInput | null, scene: Scene): string {
  if (state.kind === 'panning') return 'grabbing';
  if (state.kind === 'moving') return 'move';
  if (state.kind === 'pulling') return state.grip.kind === 'turn' ? 'grabbing' : state.grip.cursor;
  if (tool === 'pan' || input?.panning) return 'grab';
  // The brush draws its own circle.
  if ((tool === 'brush' || tool === 'eraser') && scene.editable) return 'none';
  if (state.kind !== 'idle') return 'crosshair';
  const held = input ? gripUnder(input, scene) : null;
  if (held && tool !== 'fill') return held.grip.cursor;
  if (tool !== 'select' && scene.editable) return 'crosshair';
  return input && shapeAt(scene.shapes, input.image, input.tolerance / 2) ? (scene.editable ? 'move' : 'pointer') : 'default';
}
