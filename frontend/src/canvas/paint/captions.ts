// Names beside shapes.
import type { Rect } from '../geometry';
import { toScreen } from '../viewport';
import { FONT, readableOn, type Surface } from './style';

export interface Caption {
  text: string;
  color: string;
  faint: boolean;
}

/** Measuring text is dear, and there are few different captions. */
const widths = new Map<string, number>();

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size > 2000) widths.clear();
  const width = context.measureText(text).width;
  widths.set(text, width);
  return width;
}

/** Over the left top corner of a shape's bounds, or within them where there is no room above. */
export function paintCaption(surface: Surface, { text, color, faint }: Caption, bounds: Rect): void {
  const { context, view } = surface;
  const at = toScreen(view, bounds);
  const top = at.y >= 22 ? at.y - 22 : at.y + 3;
  context.font = FONT;
  context.globalAlpha = faint ? 0.85 : 1;
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(at.x - 1, top, widthOf(context, text) + 12, 19, 4);
  context.fill();
  context.fillStyle = readableOn(color);
  context.textBaseline = 'middle';
  context.fillText(text, at.x + 5, top + 10);
  context.globalAlpha = 1;
}

/** A small note beside the pointer: the joint that comes next. */
export function paintNote({ context, stage }: Surface, text: string, at: { x: number; y: number }): void {
  context.font = FONT;
  const width = context.measureText(text).width + 14;
  const left = Math.min(at.x + 14, stage.width - width - 4);
  const top = Math.min(at.y + 14, stage.height - 26);
  context.fillStyle = 'rgb(18 24 27 / 88%)';
  context.beginPath();
  context.roundRect(left, top, width, 22, 5);
  context.fill();
  context.fillStyle = '#fff';
  context.textBaseline = 'middle';
  context.fillText(text, left + 7, top + 11.5);
}
