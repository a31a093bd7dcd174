// The answer and the prediction beside it as shapes to paint. Pure.
import type { BoxItem, Item, StandardContent } from '../../api/types';
import type { PaintedShape } from '../../canvas/draw';
import { percentText } from '../../shared/format';
import type { Bench } from './useBench';

export function colorIn(content: StandardContent, item: Pick<Item, 'layer' | 'class'>): string {
  return content.layers.find((layer) => layer.name === item.layer)?.classes.find((each) => each.name === item.class)?.color ?? '#5b7083';
}

function shapeOf(content: StandardContent, item: BoxItem, predicted: boolean): PaintedShape {
  const score = predicted && item.score != null ? ` ${percentText(item.score)}` : '';
  return {
    id: predicted ? `prediction/${item.id}` : item.id, x: item.x, y: item.y, width: item.width, height: item.height,
    color: colorIn(content, item), caption: `${item.class}${score}`, predicted,
  };
}

const isBox = (item: Item): item is BoxItem => item.kind === 'box';

/** Human boxes, and under them the best prediction's until it is taken over. */
export function paintedShapes(bench: Pick<Bench, 'answer' | 'content' | 'best' | 'accepted'>, editable: boolean): PaintedShape[] {
  const ghosts = editable && bench.best && bench.accepted === null ? bench.best.result.items.filter(isBox) : [];
  return [...ghosts.map((item) => shapeOf(bench.content, item, true)), ...bench.answer.filter(isBox).map((item) => shapeOf(bench.content, item, false))];
}
