// What one side of a conflict says, ready to be shown. Pure.
import type { Item, MergeConflict, Take } from '../../../api/types';
import type { BoxTone } from '../../../shared/box_style';
import { shortText } from '../compare/changes';

export type Said =
  | { kind: 'gone' }
  | { kind: 'class'; name: string }
  | { kind: 'box'; x: number; y: number; width: number; height: number }
  | { kind: 'text'; text: string }
  | { kind: 'value'; text: string };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a side says about the part in question. */
export function saidBy(conflict: MergeConflict, side: Take): Said {
  const value = conflict[side];
  if (value === null || value === undefined) return { kind: 'gone' };
  if (conflict.part === 'class' && typeof value === 'string') return { kind: 'class', name: value };
  if (isRecord(value)) {
    if (typeof value['class'] === 'string') return { kind: 'class', name: value['class'] };
    const { x, y, width, height } = value;
    if (typeof x === 'number' && typeof y === 'number' && typeof width === 'number' && typeof height === 'number') return { kind: 'box', x, y, width, height };
    if (typeof value['inline'] === 'string') return { kind: 'text', text: value['inline'] };
    if (conflict.part === 'sample' && typeof value['key'] === 'string') return { kind: 'value', text: value['key'] };
  }
  return { kind: 'value', text: shortText(value) ?? '' };
}

/** The label in question as a side has it. */
export const itemOf = (conflict: MergeConflict, side: Take): Item | null => conflict[`${side}_item`] ?? null;

/** The boxes to draw for a side: the label in question, what it was before beneath it, and the sample's others. */
export function drawnOn(conflict: MergeConflict, side: Take, others: readonly Item[]): { items: Item[]; toneOf: (item: Item) => BoxTone } {
  const own = itemOf(conflict, side);
  const before = side === 'base' || conflict.part === 'class' ? null : itemOf(conflict, 'base');
  const ghost = before ? { ...before, id: `${before.id}~` } : null;
  const rest = others.filter((item) => item.layer !== conflict.layer || item.id !== conflict.item_id);
  const items = [...rest, ...(ghost ? [ghost] : []), ...(own ? [own] : [])];
  return { items, toneOf: (item) => (item === ghost ? 'ghost' : item === own ? (side === 'base' ? 'old' : 'new') : 'same') };
}
