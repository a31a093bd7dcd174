// The kinds of layers (ADR 0015): how they are grouped, and which rules and settings each takes. Pure.
import type { Layer } from '../../api/types';

export type Kind = Layer['kind'];

export const KIND_GROUPS = [
  { group: 'sample', kinds: ['classification'] },
  { group: 'picture', kinds: ['box', 'rotated_box', 'ellipse', 'polygon', 'polyline', 'point', 'skeleton', 'mask'] },
  { group: 'text', kinds: ['span'] },
  { group: 'recording', kinds: ['interval'] },
  { group: 'between', kinds: ['relation'] },
] as const satisfies readonly { group: string; kinds: readonly Kind[] }[];

const SIZED: ReadonlySet<Kind> = new Set<Kind>(['box', 'rotated_box', 'ellipse', 'polygon', 'mask']);

/** Whether its items have a width and a height. */
export const hasSize = (kind: Kind): boolean => SIZED.has(kind);
/** Whether its items are drawn on a picture. */
export const isOnPicture = (kind: Kind): boolean => KIND_GROUPS[1].kinds.some((each) => each === kind);

/** The layer as one of another kind: what the new kind does not take goes. */
export function withKind(layer: Layer, kind: Kind): Layer {
  const rules = hasSize(kind) ? layer.rules : { ...layer.rules, min_width: null, min_height: null };
  const skeleton = kind === 'skeleton' ? (layer.skeleton ?? { points: [], edges: [] }) : null;
  return { ...layer, kind, rules, skeleton, multiple: kind === 'classification' && layer.multiple };
}
