// What a differing sample looks like on either side: which labels changed, which texts, which values. Pure.
import type { DiffEvent, Item, SampleDiff, SampleView } from '../../../api/types';
import type { BoxTone } from '../../../shared/box_style';

export type SideName = 'old' | 'new';

/** The kinds of difference, as the service names them. */
export const KINDS = [
  'sample_added', 'sample_removed', 'field_changed', 'label_added', 'label_removed', 'class_changed', 'geometry_changed', 'attributes_changed', 'split_moved', 'metadata_changed',
] as const;

const placeOf = (layer: string | null | undefined, id: string | null | undefined): string => `${layer ?? ''}/${id ?? ''}`;

/** How each label of a side stands: changed ones as old or new, the others as the same. */
export function toneOn(diff: SampleDiff, side: SideName): (item: Item) => BoxTone {
  const whole = diff.old === null || diff.old === undefined || diff.new === null || diff.new === undefined;
  const touched = new Set(diff.events.filter((event) => event.layer).map((event) => placeOf(event.layer, event.item_id)));
  return (item) => (whole || touched.has(placeOf(item.layer, item.id)) ? side : 'same');
}

/** The kinds of a sample's differences, each once, in the order they came. */
export const kindsOf = (events: readonly DiffEvent[]): string[] => [...new Set(events.map((event) => event.kind))];

/** Differences that are neither in a picture, a text nor a label: `name: old → new`. */
export function valueChanges(diff: SampleDiff): { name: string; old: string | null; new: string | null }[] {
  const shown = new Set(['split_moved', 'metadata_changed', 'attributes_changed', 'field_changed']);
  return diff.events.filter((event) => shown.has(event.kind) && !isTextField(diff, event)).map((event) => ({
    name: event.name ?? [event.layer, event.item_id].filter(Boolean).join(' '), old: shortText(valueOf(event, event.old)), new: shortText(valueOf(event, event.new)),
  }));
}

/** Of an attribute change only the attributes are told. */
function valueOf(event: DiffEvent, value: unknown): unknown {
  if (event.kind === 'attributes_changed' && typeof value === 'object' && value !== null && 'attributes' in value) return value.attributes;
  return value;
}

function isTextField(diff: SampleDiff, event: DiffEvent): boolean {
  return event.kind === 'field_changed' && textIn(diff.old, event.name) !== null && textIn(diff.new, event.name) !== null;
}

/** The text of a field that is written into the sample; of the first such field where none is named. */
export function textIn(sample: SampleView | null | undefined, name?: string | null): string | null {
  for (const [field, value] of Object.entries(sample?.fields ?? {})) {
    const text: unknown = 'inline' in value ? value.inline : null;
    if ((!name || field === name) && typeof text === 'string') return text;
  }
  return null;
}

/** The picture of a sample: its field and its size in pixels. */
export function pictureIn(sample: SampleView | null | undefined): { field: string; width: number | null; height: number | null } | null {
  for (const [field, value] of Object.entries(sample?.fields ?? {})) {
    if ('blob' in value && value.blob.media_type.startsWith('image/')) return { field, width: value.blob.width ?? null, height: value.blob.height ?? null };
  }
  return null;
}

/** A short text for a value of any kind. */
export function shortText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

export const toneOfKind = (kind: string): 'added' | 'removed' | 'changed' => (kind.endsWith('_added') ? 'added' : kind.endsWith('_removed') ? 'removed' : 'changed');
