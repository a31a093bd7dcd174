// Painting: one picture, its shapes, and the shape being made. Knows a 2D context and nothing of the page.
import { HANDLES, handlePoint, intersects, rectBetween, type Rect, type Size } from './geometry';
import type { ToolState } from './tools';
import { toScreen, visibleRect, type Viewport } from './viewport';

export interface PaintedShape extends Rect {
  id: string;
  color: string;
  caption: string;
  /** Dashed: made by a model and not yet taken over by a person. */
  predicted: boolean;
}

export interface Painting {
  picture: CanvasImageSource | null;
  size: Size;
  shapes: readonly PaintedShape[];
  selected: string | null;
  state: ToolState;
  activeColor: string;
  crosshair: { x: number; y: number } | null;
  editable: boolean;
}

/** Paints everything; `ratio` is device pixels per screen pixel. */
export function paint(context: CanvasRenderingContext2D, view: Viewport, stage: Size, ratio: number, painting: Painting): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, stage.width, stage.height);
  paintPicture(context, view, painting);
  const visible = visibleRect(view, stage);
  for (const shape of painting.shapes) {
    const live = liveRect(shape, painting.state);
    if (intersects(live, visible)) paintShape(context, view, shape, live, shape.id === painting.selected);
  }
  const selected = painting.shapes.find((shape) => shape.id === painting.selected);
  if (selected && painting.editable && !selected.predicted) paintHandles(context, view, liveRect(selected, painting.state), selected.color);
  if (painting.state.kind === 'drawing') {
    const rect = rectBetween(painting.state.from, painting.state.to);
    paintShape(context, view, { ...rect, id: '', color: painting.activeColor, caption: '', predicted: false }, rect, true);
  }
  if (painting.crosshair) paintCrosshair(context, stage, painting.crosshair);
}

function liveRect(shape: PaintedShape, state: ToolState): Rect {
  return (state.kind === 'moving' || state.kind === 'resizing') && state.id === shape.id ? state.rect : shape;
}

function paintPicture(context: CanvasRenderingContext2D, view: Viewport, { picture, size }: Painting): void {
  const width = size.width * view.scale;
  const height = size.height * view.scale;
  context.fillStyle = '#fff';
  context.fillRect(view.x, view.y, width, height);
  if (!picture) return;
  // Enlarged pixels are shown as they are: labels are judged on data, not on interpolation.
  context.imageSmoothingEnabled = view.scale < 2;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, view.x, view.y, width, height);
}

function paintShape(context: CanvasRenderingContext2D, view: Viewport, shape: PaintedShape, rect: Rect, selected: boolean): void {
  const at = toScreen(view, rect);
  const width = rect.width * view.scale;
  const height = rect.height * view.scale;
  context.save();
  context.globalAlpha = shape.predicted ? 0.08 : selected ? 0.22 : 0.12;
  context.fillStyle = shape.color;
  context.fillRect(at.x, at.y, width, height);
  context.globalAlpha = 1;
  // A pale line under the coloured one keeps the box visible on any picture.
  context.strokeStyle = 'rgb(255 255 255 / 75%)';
  context.lineWidth = selected ? 4.5 : 3.5;
  if (shape.predicted) context.setLineDash([6, 5]);
  context.strokeRect(at.x, at.y, width, height);
  context.strokeStyle = shape.color;
  context.lineWidth = selected ? 2.5 : 1.75;
  context.strokeRect(at.x, at.y, width, height);
  context.restore();
  if (shape.caption) paintCaption(context, shape, at.x, at.y);
}

function paintCaption(context: CanvasRenderingContext2D, shape: PaintedShape, x: number, y: number): void {
  context.save();
  context.font = "600 12px 'Inter Variable', 'Noto Sans CJK SC', sans-serif";
  const width = context.measureText(shape.caption).width + 12;
  const top = y >= 20 ? y - 20 : y;
  context.globalAlpha = shape.predicted ? 0.85 : 1;
  context.fillStyle = shape.color;
  context.beginPath();
  context.roundRect(x - 1, top, width, 19, 4);
  context.fill();
  context.fillStyle = readableOn(shape.color);
  context.textBaseline = 'middle';
  context.fillText(shape.caption, x + 5, top + 10);
  context.restore();
}

function paintHandles(context: CanvasRenderingContext2D, view: Viewport, rect: Rect, color: string): void {
  context.save();
  context.fillStyle = '#fff';
  context.strokeStyle = color;
  context.lineWidth = 2;
  for (const handle of HANDLES) {
    const at = toScreen(view, handlePoint(rect, handle));
    context.beginPath();
    context.rect(at.x - 4, at.y - 4, 8, 8);
    context.fill();
    context.stroke();
  }
  context.restore();
}

function paintCrosshair(context: CanvasRenderingContext2D, stage: Size, at: { x: number; y: number }): void {
  context.save();
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
  context.restore();
}

/** Black or white, whichever reads better on `#rrggbb`. */
export function readableOn(color: string): string {
  const value = Number.parseInt(color.slice(1), 16);
  if (Number.isNaN(value)) return '#fff';
  const luminance = 0.299 * ((value >> 16) & 255) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255);
  return luminance > 150 ? '#12181b' : '#fff';
}
