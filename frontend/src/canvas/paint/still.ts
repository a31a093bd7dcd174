// The two layers that stand while the pointer moves: the picture, and every shape that is not in hand.
import type { Size } from '../geometry';
import type { Grid } from '../grid';
import { visibleRect } from '../viewport';
import { paintCaption } from './captions';
import { paintShape } from './shape';
import { inScreenPixels, type PaintedShape, type Surface } from './style';

/** From so many on, lines are plain and names are left out: neither could be told apart. */
const MANY = 1500;
const MANY_CAPTIONS = 150;
/** Smaller than this on the screen, in pixels, a shape is a speck. */
const SPECK_PX = 3;

export function clear(surface: Surface): void {
  inScreenPixels(surface);
  surface.context.clearRect(0, 0, surface.stage.width, surface.stage.height);
}

export function paintPicture(surface: Surface, picture: CanvasImageSource | null, size: Size): void {
  clear(surface);
  const { context, view } = surface;
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

/** Only what is in view is painted. */
export function paintStill(surface: Surface, shapes: Grid<PaintedShape>, inHand: string | null, opacity: number): void {
  clear(surface);
  const { context, view, stage } = surface;
  // A caption reaches a little beyond its shape.
  const seen = visibleRect(view, { width: stage.width, height: stage.height });
  const visible = shapes.search({ x: seen.x - 200 / view.scale, y: seen.y, width: seen.width + 200 / view.scale, height: seen.height + 30 / view.scale }).filter((shape) => shape.id !== inHand);
  const plain = visible.length > MANY;
  for (const shape of visible) {
    const { bounds } = shape;
    if (Math.max(bounds.width, bounds.height) * view.scale < SPECK_PX && bounds.width > 0) {
      context.fillStyle = shape.color;
      context.fillRect(bounds.x * view.scale + view.x - 1, bounds.y * view.scale + view.y - 1, SPECK_PX, SPECK_PX);
    } else paintShape(surface, shape.shape, { color: shape.color, predicted: shape.predicted, selected: false, opacity, plain }, shape.plan);
  }
  if (visible.length > MANY_CAPTIONS) return;
  for (const shape of visible) if (shape.caption) paintCaption(surface, { text: shape.caption, color: shape.color, faint: shape.predicted }, shape.bounds);
}
