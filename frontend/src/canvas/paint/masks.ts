// Masks as coloured bitmaps, made once and kept while there is room; a stroke in the making is laid over its mask.
import type { Point } from '../geometry';
import { traceContour } from '../mask/contour';
import { eachSpan } from '../mask/runs';
import type { MaskShape } from '../shapes/shape';
import type { Stroke } from '../tools/tool';
import { HALO, inScreenPixels, inSourcePixels, type Surface } from './style';

interface Bitmap {
  canvas: HTMLCanvasElement;
  contour: Path2D;
  color: string;
}

/** A larger mask is kept with fewer pixels: it is shown smaller than that on any screen. */
const MOST_PIXELS = 4_000_000;
/** What all kept bitmaps may hold together, in pixels of four bytes. */
const KEPT_PIXELS = 48_000_000;

/** By their runs, which are never changed in place; the least lately painted first. */
const kept = new Map<readonly number[], Bitmap>();
let keptPixels = 0;

export interface MaskLook {
  color: string;
  alpha: number;
  dashed: boolean;
  selected: boolean;
}

export function paintMask(surface: Surface, mask: MaskShape, look: MaskLook): void {
  const { context, view } = surface;
  const { canvas, contour } = bitmapOf(mask, look.color);
  context.save();
  inSourcePixels(surface);
  context.translate(mask.x, mask.y);
  context.imageSmoothingEnabled = false;
  context.globalAlpha = look.alpha;
  context.drawImage(canvas, 0, 0, mask.width, mask.height);
  context.globalAlpha = 1;
  if (look.dashed) context.setLineDash([5 / view.scale, 4 / view.scale]);
  context.lineJoin = 'round';
  for (const [color, width] of [[HALO, look.selected ? 3.5 : 2.5], [look.color, look.selected ? 2 : 1.25]] as const) {
    context.strokeStyle = color;
    context.lineWidth = width / view.scale;
    context.stroke(contour);
  }
  context.restore();
}

let scratch: HTMLCanvasElement | null = null;

/** The mask with a stroke of brush or eraser as it is being made. */
export function paintStroke(surface: Surface, stroke: Stroke, diameter: number, color: string, alpha: number): void {
  const { context, stage, ratio } = surface;
  scratch ??= document.createElement('canvas');
  scratch.width = Math.max(1, Math.round(stage.width * ratio));
  scratch.height = Math.max(1, Math.round(stage.height * ratio));
  const over = scratch.getContext('2d');
  if (!over) return;
  const own = { ...surface, context: over };
  inSourcePixels(own);
  over.imageSmoothingEnabled = false;
  if (stroke.mask) over.drawImage(bitmapOf(stroke.mask, color).canvas, stroke.mask.x, stroke.mask.y, stroke.mask.width, stroke.mask.height);
  over.globalCompositeOperation = stroke.erase ? 'destination-out' : 'source-over';
  traceBrush(over, stroke.line, diameter, color);
  context.save();
  inScreenPixels(surface);
  context.globalAlpha = alpha;
  context.drawImage(scratch, 0, 0, stage.width, stage.height);
  context.restore();
}

function traceBrush(context: CanvasRenderingContext2D, line: readonly Point[], diameter: number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = Math.max(1, diameter);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  line.forEach(({ x, y }, index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  const [first] = line;
  if (first && line.length === 1) context.lineTo(first.x, first.y);
  context.stroke();
}

function bitmapOf(mask: MaskShape, color: string): Bitmap {
  const known = kept.get(mask.counts);
  if (known?.color === color) {
    kept.delete(mask.counts);
    kept.set(mask.counts, known);
    return known;
  }
  if (known) drop(mask.counts, known);
  const contour = new Path2D();
  traceContour({ ...mask, x: 0, y: 0 }, contour);
  const made = { canvas: coloured(mask, color), contour, color };
  kept.set(mask.counts, made);
  keptPixels += made.canvas.width * made.canvas.height;
  for (const [counts, bitmap] of kept) {
    if (keptPixels <= KEPT_PIXELS || bitmap === made) break;
    drop(counts, bitmap);
  }
  return made;
}

function drop(counts: readonly number[], bitmap: Bitmap): void {
  kept.delete(counts);
  keptPixels -= bitmap.canvas.width * bitmap.canvas.height;
}

function coloured(mask: MaskShape, color: string): HTMLCanvasElement {
  const shrink = Math.max(1, Math.ceil(Math.sqrt((mask.width * mask.height) / MOST_PIXELS)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.ceil(mask.width / shrink));
  canvas.height = Math.max(1, Math.ceil(mask.height / shrink));
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const value = abgr(color);
  eachSpan(mask, (row, start, end) => {
    if (row % shrink !== 0) return;
    const from = (row / shrink) * canvas.width;
    pixels.fill(value, from + Math.floor(start / shrink), from + Math.max(Math.ceil(end / shrink), Math.floor(start / shrink) + 1));
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** `#rrggbb`, opaque, as a little-endian word of an image's bytes. */
function abgr(color: string): number {
  const value = Number.parseInt(color.slice(1), 16) || 0;
  return (0xff000000 | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}
