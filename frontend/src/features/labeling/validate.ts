// The standard's rules, checked while one labels. The service checks them again. Pure.
import type { Item, Layer, StandardContent } from '../../api/types';
import type { Answer } from './document';
import type { Texts } from './text_items';
import { textFindings } from './validate_text';

export interface Finding {
  code: 'required_layer' | 'required_attribute' | 'too_many' | 'too_small' | 'unknown_class' | 'span_outside' | 'interval_empty' | 'relation_ends';
  layer: string;
  item?: string;
  /** What the sentence about it is filled with. */
  values: Record<string, string | number>;
}

/** What keeps the answer from being submitted. */
export function findings(content: StandardContent, answer: Answer, texts: Texts = {}): Finding[] {
  return content.layers.flatMap((layer) => [...layerFindings(layer, answer.filter((item) => item.layer === layer.name)), ...textFindings(layer, answer, texts)]);
}

function layerFindings(layer: Layer, items: readonly Item[]): Finding[] {
  const found: Finding[] = [];
  const say = (code: Finding['code'], values: Finding['values'], item?: string) => found.push({ code, layer: layer.name, item, values: { layer: layer.name, ...values } });
  if (layer.required && items.length === 0) say('required_layer', {});
  const limit = layer.rules.max_items ?? (layer.kind === 'classification' && !layer.multiple ? 1 : null);
  if (limit !== null && items.length > limit) say('too_many', { limit });
  for (const item of items) {
    const definition = layer.classes.find((each) => each.name === item.class);
    if (!definition) {
      say('unknown_class', { class: item.class }, item.id);
      continue;
    }
    const small = item.kind === 'box' && ((item.width ?? 0) < (layer.rules.min_width ?? 0) || (item.height ?? 0) < (layer.rules.min_height ?? 0));
    if (small) say('too_small', { class: item.class, width: layer.rules.min_width ?? 0, height: layer.rules.min_height ?? 0 }, item.id);
    for (const attribute of definition.attributes) {
      const value = item.attributes?.[attribute.name];
      if (attribute.required && (value === undefined || value === null || value === '')) say('required_attribute', { class: item.class, attribute: attribute.name }, item.id);
    }
  }
  return found;
}
