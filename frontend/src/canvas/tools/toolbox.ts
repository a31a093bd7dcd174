// Which tools draw the shapes of which layer. Pure.
import { isShapeKind, type ShapeKind } from '../shapes/shape';
import type { DrawTool, ToolName } from './tool';

const TOOLS: Record<ShapeKind, readonly [DrawTool, ...DrawTool[]]> = {
  box: ['box'], rotated_box: ['rotated_box'], ellipse: ['ellipse'], polygon: ['polygon'], polyline: ['polyline'], point: ['point'], skeleton: ['skeleton'], mask: ['brush', 'eraser', 'fill'],
};

/** The tools of a layer of this kind; none where its items do not lie on a picture. */
export const toolsFor = (kind: string): readonly DrawTool[] => (isShapeKind(kind) ? TOOLS[kind] : []);

/** The tool that is in hand over a layer: the one asked for where the layer has it, else the layer's own way of drawing. */
export function toolInHand(kind: string, wanted: ToolName, editable: boolean): ToolName {
  if (wanted === 'select' || wanted === 'pan') return wanted;
  const tools = editable ? toolsFor(kind) : [];
  return tools.includes(wanted) ? wanted : (tools[0] ?? 'select');
}
