// A standard as it travels leaves out what has its default value; the pages want all of it. Pure.
import type { ClassDef, Layer, LayerRules, StandardContent, WireStandard } from './types';

export const NO_RULES: LayerRules = { inside: true, max_items: null, min_height: null, min_width: null };

export function completeStandard(wire: WireStandard): StandardContent {
  return { title: wire.title, guideline: wire.guideline ?? '', layers: (wire.layers ?? []).map(completeLayer) };
}

/** The other way: what a layer does not have stays at home. */
export function wireStandard(content: StandardContent): WireStandard {
  return { ...content, layers: content.layers.map(({ skeleton, ...layer }) => (skeleton ? { ...layer, skeleton } : layer)) } as WireStandard;
}

function completeLayer(layer: NonNullable<WireStandard['layers']>[number]): Layer {
  return {
    ...layer, skeleton: layer.skeleton ?? null, required: layer.required ?? false, multiple: layer.multiple ?? false, rules: { ...NO_RULES, ...layer.rules },
    classes: (layer.classes ?? []).map((each): ClassDef => ({ ...each, attributes: (each.attributes ?? []).map((one) => ({ ...one, required: one.required ?? false })) })),
  };
}
