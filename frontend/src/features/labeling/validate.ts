// The standard's rules, checked while one labels. The service checks them again. Pure.
import type { Item, Layer, SampleView, StandardContent } from '../../api/types';
import type { Size } from '../../canvas/geometry';
import { boundsOfShape } from '../../canvas/shapes/geometry_of';
import { isShape, type Shape } from '../../canvas/shapes/shape';
import type { Answer } from './document';
import type { Texts } from './text_items';
import { textFindings } from './validate_text';

export interface Finding {
  code: 'required_layer' | 'required_attribute' | 'too_many' | 'too_small' | 'outside' | 'unknown_class' | 'span_outside' | 'interval_empty' | 'relation_ends';
  layer: string;
  item?: string;
  /** What the sentence about it is filled with. */
  values: Record<string, string | number>;
}

/** Shapes may cross the picture's edge by this much, in source pixels: the service lets that pass too. */
const EDGE_TOLERANCE_PX = 1e-3;

/** The size of each picture of a sample, by field. */
export type Pictures = Readonly<Record<string, Size>>;

export function picturesOf(sample: Pick<SampleView, 'fields'>): Pictures {
  return Object.fromEntries(Object.entries(sample.fields).flatMap(([name, field]): [string, Size][] => {
    const { width, height } = 'blob' in field ? field.blob : {};
    return width && height ? [[name, { width, height }]] : [];
  }));
}

/** What keeps the answer from being submitted. */
export function findings(content: StandardContent, answer: Answer, pictures: Pictures = {}, texts: Texts = {}): Finding[] {
  return content.layers.flatMap((layer) => [...layerFindings(layer, answer.filter((item) => item.layer === layer.name), pictures[layer.field]), ...textFindings(layer, answer, texts)]);
}

/** Whether it has a surface, whose least size the standard may ask for. */
const hasSurface = (shape: Shape): boolean => !['polyline', 'point', 'skeleton'].includes(shape.kind);

function isSmall(item: Item, { min_width, min_height }: Layer['rules']): boolean {
  if (!isShape(item) || !hasSurface(item) || (min_width == null && min_height == null)) return false;
  const { width, height } = boundsOfShape(item);
  return width < (min_width ?? 0) || height < (min_height ?? 0);
}

/** Whole inside the picture where the layer asks for that, else at least in touch with it. */
function isOutside(item: Item, whole: boolean, picture: Size | undefined): boolean {
  if (!isShape(item) || !picture) return false;
  const bounds = boundsOfShape(item);
  const within = (start: number, length: number, limit: number) =>
    whole ? start >= -EDGE_TOLERANCE_PX && start + length <= limit + EDGE_TOLERANCE_PX : start < limit && start + length > 0;
  return !within(bounds.x, bounds.width, picture.width) || !within(bounds.y, bounds.height, picture.height);
}

function layerFindings(layer: Layer, items: readonly Item[], picture: Size | undefined): Finding[] {
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
    if (isOutside(item, layer.rules.inside ?? true, picture)) say('outside', { class: item.class }, item.id);
    if (isSmall(item, layer.rules)) say('too_small', { class: item.class, width: layer.rules.min_width ?? 0, height: layer.rules.min_height ?? 0 }, item.id);
    for (const attribute of definition.attributes) {
      const value = item.attributes?.[attribute.name];
      if (attribute.required && (value === undefined || value === null || value === '')) say('required_attribute', { class: item.class, attribute: attribute.name }, item.id);
    }
  }
  return found;
}
