// The rules of spans, intervals and relations. Pure.
import type { Layer } from '../../api/types';
import type { Answer } from './document';
import { isRelation, isSpan, type Texts } from './text_items';
import type { Finding } from './validate';

/** Spans lie within their text, as far as it has been opened; relations join two other items that are there. */
export function textFindings(layer: Layer, answer: Answer, texts: Texts): Finding[] {
  const length = texts[layer.field]?.points.count ?? Number.POSITIVE_INFINITY;
  const ids = new Set(answer.map((item) => item.id));
  return answer.filter((item) => item.layer === layer.name).flatMap((item): Finding[] => {
    const say = (code: Finding['code']): Finding[] => [{ code, layer: layer.name, item: item.id, values: { layer: layer.name, class: item.class } }];
    if (isSpan(item) && !(item.start >= 0 && item.start < item.end && item.end <= length)) return say('span_outside');
    if (item.kind === 'interval' && !(item.start >= 0 && item.start < item.end)) return say('interval_empty');
    const joined = !isRelation(item) || (item.from !== item.to && [item.from, item.to].every((end) => end !== item.id && ids.has(end)));
    return joined ? [] : say('relation_ends');
  });
}
