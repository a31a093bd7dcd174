// Making a relation: a span is in hand, and the next one chosen is its other end.
import { useState } from 'react';
import { addItem } from './document';
import { alike, isSpan, newRelation, type SpanItem } from './text_items';
import type { Bench } from './useBench';

export function useRelating(bench: Bench, editable: boolean) {
  const [from, setFrom] = useState<string | null>(null);
  const layer = bench.layer.kind === 'relation' ? bench.layer : bench.content.layers.find((each) => each.kind === 'relation');
  const className = layer ? bench.activeClassOf(layer) : '';
  const possible = editable && layer !== undefined && className !== '';
  const first = possible ? bench.answer.find((item): item is SpanItem => item.id === from && isSpan(item)) : undefined;

  /** Takes the item in hand as the first end. True if it can be one. */
  const begin = (): boolean => {
    const item = bench.answer.find((each) => each.id === bench.selected);
    if (!possible || !item || !isSpan(item)) return false;
    setFrom(item.id);
    return true;
  };
  /** Takes a chosen item as the other end. True if there was one to take. */
  const finish = (id: string | null): boolean => {
    const other = bench.answer.find((item) => item.id === id);
    if (!first || !layer || !other || !isSpan(other) || other.id === first.id) return false;
    const item = newRelation(bench.answer, layer, className, first.id, other.id);
    const known = alike(bench.answer, item);
    if (!known) bench.run(addItem(item));
    bench.setLayer(layer.name);
    bench.select(known?.id ?? item.id);
    setFrom(null);
    return true;
  };
  const cancel = (): boolean => {
    setFrom(null);
    return first !== undefined;
  };

  return { possible, first, className, begin, finish, cancel };
}
