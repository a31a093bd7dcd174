// The answer and the prediction beside it as shapes to paint. Pure.
import type { Item, StandardContent } from '../../api/types';
import type { PaintedShape } from '../../canvas/paint/style';
import { boundsOfShape } from '../../canvas/shapes/geometry_of';
import { isShape, type Shape } from '../../canvas/shapes/shape';
import { percentText } from '../../shared/format';
import type { Bench } from './useBench';

export function colorIn(content: StandardContent, item: Pick<Item, 'layer' | 'class'>): string {
  return content.layers.find((layer) => layer.name === item.layer)?.classes.find((each) => each.name === item.class)?.color ?? '#5b7083';
}

/** Items never change in place, so what was made of one stands: the canvas sees by identity what is new. */
const made = new WeakMap<Item, { content: StandardContent; shape: PaintedShape }>();

function painted(content: StandardContent, item: Item & Shape, predicted: boolean, locked: boolean): PaintedShape {
  const known = made.get(item);
  if (known?.content === content && known.shape.locked === locked && known.shape.predicted === predicted) return known.shape;
  const shape = looked(content, item, predicted, locked);
  made.set(item, { content, shape });
  return shape;
}

function looked(content: StandardContent, item: Item & Shape, predicted: boolean, locked: boolean): PaintedShape {
  const score = predicted && item.score != null ? ` ${percentText(item.score)}` : '';
  const skeleton = item.kind === 'skeleton' ? content.layers.find((layer) => layer.name === item.layer)?.skeleton : null;
  return {
    id: predicted ? `prediction/${item.id}` : item.id, shape: item, bounds: boundsOfShape(item), locked,
    color: colorIn(content, item), caption: `${item.class}${score}`, predicted,
    plan: skeleton ? { points: skeleton.points, edges: skeleton.edges ?? [] } : null,
  };
}

/** What people drew, and under it the best prediction until it is taken over. */
export function paintedShapes(bench: Pick<Bench, 'answer' | 'content' | 'best' | 'accepted' | 'hidden' | 'locked'>, editable: boolean): PaintedShape[] {
  const ghosts = editable && bench.best && bench.accepted === null ? bench.best.result.items.filter(isShape) : [];
  const shown = bench.answer.filter(isShape).filter((item) => !bench.hidden.has(item.id));
  return [...ghosts.map((item) => painted(bench.content, item, true, true)), ...shown.map((item) => painted(bench.content, item, false, bench.locked.has(item.id)))];
}
