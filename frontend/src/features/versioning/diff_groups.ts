// Diff events gathered per sample, so that a sample stands once with all that changed in it. Pure.
import type { DiffEvent } from '../../api/types';

export interface SampleChange {
  key: string;
  events: DiffEvent[];
  /** Whether the sample is there before and after. */
  before: boolean;
  after: boolean;
}

export function groupBySample(events: readonly DiffEvent[]): SampleChange[] {
  const groups = new Map<string, SampleChange>();
  for (const event of events) {
    const group = groups.get(event.key) ?? { key: event.key, events: [], before: true, after: true };
    group.events.push(event);
    if (event.kind === 'sample_added') group.before = false;
    if (event.kind === 'sample_removed') group.after = false;
    groups.set(event.key, group);
  }
  return [...groups.values()];
}

/** The class name inside a label row, however deep the service put it. */
export function classOf(row: unknown): string | null {
  if (typeof row !== 'object' || row === null) return null;
  if ('class' in row && typeof row.class === 'string') return row.class;
  return 'value' in row ? classOf(row.value) : null;
}

/** A short text for a value that is neither a label nor a sample. */
export function shortText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

export const toneOf = (kind: string): 'added' | 'removed' | 'changed' => (kind.endsWith('_added') ? 'added' : kind.endsWith('_removed') ? 'removed' : 'changed');
