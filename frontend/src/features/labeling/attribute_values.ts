// The values of an item's attributes, and which keys choose them. Pure.
import type { AttributeDef } from '../../api/types';

export type Values = Readonly<Record<string, unknown>>;

/** The values with that one put in; without it where it is undefined, since the service takes no empty values. */
export function withValue(values: Values, name: string, value: unknown): Record<string, unknown> {
  const { [name]: _before, ...others } = values;
  return value === undefined || value === '' ? others : { ...others, [name]: value };
}

/** What an attribute can be chosen from, where it is chosen and not written. */
export function choicesOf(definition: AttributeDef, yes: string, no: string): { value: string | boolean; label: string }[] {
  if (definition.kind === 'boolean') return [{ value: true, label: yes }, { value: false, label: no }];
  return definition.kind === 'enum' ? (definition.values ?? []).map((value) => ({ value, label: value })) : [];
}

/** So many stand side by side, each with a digit; more are a list to search. */
const MOST_SIDE_BY_SIDE = 10;
const MOST_LETTERS = 90;

export function standSideBySide(choices: readonly { label: string }[]): boolean {
  return choices.length <= MOST_SIDE_BY_SIDE && choices.reduce((sum, each) => sum + each.label.length, 0) <= MOST_LETTERS;
}

/** `1` is the first choice and `0` the tenth; null for every other key. */
export function choiceOfKey(key: string): number | null {
  if (!/^\d$/.test(key)) return null;
  return key === '0' ? 9 : Number(key) - 1;
}

/** A number as it was typed, or undefined where it is none yet. */
export function numberOf(typed: string | number): number | undefined {
  const number = typeof typed === 'number' ? typed : Number(typed.trim() === '' ? NaN : typed);
  return Number.isFinite(number) ? number : undefined;
}
