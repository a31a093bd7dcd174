// Intervals of an answer: how they are made and shown beside their recording. Pure.
import type { Field, Item, Layer, StandardContent } from '../../api/types';
import type { ShownInterval } from '../../audio/AudioView';
import type { Interval } from '../../audio/marking';
import { clock } from '../../audio/peaks';
import { percentText } from '../../shared/format';
import { defaultAttributes, freeId, type Answer } from './document';
import { colorIn } from './painted';
import { isPrediction } from './text_items';

export type IntervalItem = Extract<Item, { kind: 'interval' }>;

export const isInterval = (item: Item): item is IntervalItem => item.kind === 'interval';
export const isAudioField = (field: Field | undefined): boolean => field !== undefined && 'blob' in field && field.blob.media_type.startsWith('audio/');
export const intervalText = (item: Interval): string => `${clock(item.start)} – ${clock(item.end)}`;

export function newInterval(answer: Answer, layer: Layer, className: string, interval: Interval): IntervalItem {
  return { id: freeId(answer, 'interval'), layer: layer.name, kind: 'interval', class: className, ...interval, attributes: defaultAttributes(layer, className) };
}

export function shownIntervals(content: StandardContent, items: readonly Item[], field: string): ShownInterval[] {
  const here = new Set(content.layers.filter((layer) => layer.field === field).map((layer) => layer.name));
  return items.filter(isInterval).filter((item) => here.has(item.layer)).map((item) => {
    const predicted = isPrediction(item.id);
    const caption = `${item.class}${predicted && item.score != null ? ` ${percentText(item.score)}` : ''}`;
    return { id: item.id, start: item.start, end: item.end, caption, name: `${caption}: ${intervalText(item)}`, color: colorIn(content, item), predicted };
  });
}
