// Thousands of shapes at once: plain lines, many of a colour in one path, and specks for what is too small to have a form.
import { geometryOf } from '../shapes/geometry_of';
import { paintShape } from './shape';
import { inScreenPixels, inSourcePixels, type PaintedShape, type Surface } from './style';

/** Longer paths cost more than they save: each is sorted before it is filled. */
const TOGETHER = 200;
/** Smaller than this on the screen, in pixels, a shape is a speck. */
const SPECK_PX = 3;

/** Whether a shape is drawn by its outline alone, so that it can share a path. */
const isPlain = ({ shape, predicted }: PaintedShape): boolean => !predicted && shape.kind !== 'mask' && shape.kind !== 'skeleton';
const isFilled = ({ shape }: PaintedShape): boolean => shape.kind !== 'polyline';

export function paintCrowd(surface: Surface, shapes: readonly PaintedShape[], opacity: number): void {
  const groups = new Map<string, PaintedShape[]>();
  for (const shape of shapes) {
    if (isSpeck(surface, shape)) paintSpeck(surface, shape);
    else if (isPlain(shape)) groupOf(groups, `${shape.color}${isFilled(shape)}`).push(shape);
    else paintShape(surface, shape.shape, { color: shape.color, predicted: shape.predicted, selected: false, opacity }, shape.plan);
  }
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += TOGETHER) paintTogether(surface, group.slice(from, from + TOGETHER), opacity);
  }
}

function groupOf(groups: Map<string, PaintedShape[]>, key: string): PaintedShape[] {
  const known = groups.get(key) ?? [];
  groups.set(key, known);
  return known;
}

function isSpeck({ view }: Surface, { bounds }: PaintedShape): boolean {
  const extent = Math.max(bounds.width, bounds.height);
  return extent > 0 && extent * view.scale < SPECK_PX;
}

function paintSpeck({ context, view }: Surface, { bounds, color }: PaintedShape): void {
  context.fillStyle = color;
  context.fillRect(bounds.x * view.scale + view.x - 1, bounds.y * view.scale + view.y - 1, SPECK_PX, SPECK_PX);
}

function paintTogether(surface: Surface, shapes: readonly PaintedShape[], opacity: number): void {
  const [first] = shapes;
  if (!first) return;
  const { context, view } = surface;
  inSourcePixels(surface);
  context.beginPath();
  for (const { shape } of shapes) geometryOf(shape).trace(shape, context, 1 / view.scale);
  inScreenPixels(surface);
  if (isFilled(first) && opacity > 0) {
    context.globalAlpha = opacity;
    context.fillStyle = first.color;
    context.fill();
    context.globalAlpha = 1;
  }
  context.strokeStyle = first.color;
  context.lineWidth = 1.5;
  context.stroke();
}
