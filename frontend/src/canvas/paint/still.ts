// The two layers that stand while the pointer moves: the picture, and every shape that is not in hand.
import { intersects, type Rect, type Size } from '../geometry';
import type { Grid } from '../grid';
import { visibleRect } from '../viewport';
import { paintCrowd } from './crowd';
import { paintCaption } from './captions';
import { paintShape } from './shape';
import { inScreenPixels, type PaintedShape, type Surface } from './style';

/** From so many on, lines are plain and painted by the hundred; from fewer on, names are left out: neither could be told apart. */
const CROWD = 1500;
const MANY_CAPTIONS = 150;
/** How far lines and names reach beyond their shapes, in screen pixels. */
const REACH = { above: 26, beside: 10, after: 240 };

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

/** What the layer of shapes shows. */
export interface Still {
  shapes: Grid<PaintedShape>;
  /** The selected shape: the layer above has it. */
  inHand: string | null;
  opacity: number;
}

/** Only what is in view is painted. */
export function paintStill(surface: Surface, still: Still): void {
  clear(surface);
  paintWithin(surface, still, visibleRect(surface.view, surface.stage));
}

/** Paints again only around what is new or gone. The view must be the one of the last painting. */
export function repaintStill(surface: Surface, before: Still, after: Still): void {
  const around = reach(changedBounds(before, after), surface);
  if (!around) return;
  const { context, view } = surface;
  inScreenPixels(surface);
  context.save();
  context.beginPath();
  context.rect(Math.floor(around.x * view.scale + view.x), Math.floor(around.y * view.scale + view.y), Math.ceil(around.width * view.scale) + 1, Math.ceil(around.height * view.scale) + 1);
  context.clip();
  context.clearRect(0, 0, surface.stage.width, surface.stage.height);
  paintWithin(surface, after, around);
  context.restore();
}

function paintWithin(surface: Surface, { shapes, inHand, opacity }: Still, part: Rect): void {
  // How much is in view, not how much is painted again, decides on the looks: parts must match the whole.
  const crowd = shapes.count(visibleRect(surface.view, surface.stage));
  const found = shapes.search(reachBack(part, surface)).filter((shape) => shape.id !== inHand);
  if (crowd > CROWD) return paintCrowd(surface, found, opacity);
  for (const shape of found) paintShape(surface, shape.shape, { color: shape.color, predicted: shape.predicted, selected: false, opacity }, shape.plan);
  if (crowd > MANY_CAPTIONS) return;
  for (const shape of found) if (shape.caption) paintCaption(surface, { text: shape.caption, color: shape.color, faint: shape.predicted }, shape.bounds);
}

/** Around every shape that one has and the other has not; null where they are alike. */
function changedBounds(before: Still, after: Still): Rect | null {
  const old = new Set(before.shapes.shapes.filter((shape) => shape.id !== before.inHand));
  const changed: PaintedShape[] = [];
  for (const shape of after.shapes.shapes) if (shape.id !== after.inHand && !old.delete(shape)) changed.push(shape);
  changed.push(...old);
  const [first] = changed;
  if (!first) return null;
  const edges = { left: first.bounds.x, top: first.bounds.y, right: first.bounds.x, bottom: first.bounds.y };
  for (const { bounds } of changed) {
    edges.left = Math.min(edges.left, bounds.x);
    edges.top = Math.min(edges.top, bounds.y);
    edges.right = Math.max(edges.right, bounds.x + bounds.width);
    edges.bottom = Math.max(edges.bottom, bounds.y + bounds.height);
  }
  return { x: edges.left, y: edges.top, width: edges.right - edges.left, height: edges.bottom - edges.top };
}

/** The part of the stage that shapes with these bounds leave marks on; null where that is out of view. */
function reach(bounds: Rect | null, { view, stage }: Surface): Rect | null {
  if (!bounds) return null;
  const pixel = 1 / view.scale;
  const part = {
    x: bounds.x - REACH.beside * pixel, y: bounds.y - REACH.above * pixel,
    width: bounds.width + (REACH.beside + REACH.after) * pixel, height: bounds.height + (REACH.above + REACH.above) * pixel,
  };
  return intersects(part, visibleRect(view, stage)) ? part : null;
}

/** Where shapes lie that leave marks in a part of the stage. */
function reachBack(part: Rect, { view }: Surface): Rect {
  const pixel = 1 / view.scale;
  return {
    x: part.x - REACH.after * pixel, y: part.y - REACH.above * pixel,
    width: part.width + (REACH.after + REACH.beside) * pixel, height: part.height + 2 * REACH.above * pixel,
  };
}
