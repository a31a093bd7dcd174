// Changes to a standard's draft, and what is wrong with its keys. Pure.
import { NO_RULES } from '../../api/standard_shape';
import type { ClassDef, Layer, StandardContent } from '../../api/types';
import { isAssignable } from '../labeling/keymap';

export const COLORS = ['#2f7fb8', '#d9822b', '#3b9a5f', '#c2456b', '#7a5fc0', '#9a7b2c', '#2b9a95', '#b8563a', '#5b7083', '#8aa11f'];

export const emptyLayer = (name: string): Layer => ({ name, kind: 'classification', field: 'image', required: true, multiple: false, skeleton: null, classes: [], rules: NO_RULES });

export const emptyStandard = (title: string): StandardContent => ({ title, layers: [emptyLayer('label')], guideline: '' });

/** A name that no sibling has. */
export function freeName(base: string, taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number += 1) if (!taken.includes(`${base}${number}`)) return `${base}${number}`;
}

/** The next class of a layer, with the next colour and the lowest free digit as its key. */
export function nextClass(classes: readonly ClassDef[]): ClassDef {
  const used = new Set(classes.map((each) => each.hotkey));
  const hotkey = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'].find((digit) => !used.has(digit)) ?? null;
  return { name: freeName('class', classes.map((each) => each.name)), color: COLORS[classes.length % COLORS.length] ?? '#5b7083', hotkey, attributes: [] };
}

export const replaceAt = <T>(list: readonly T[], index: number, next: T): T[] => list.map((each, at) => (at === index ? next : each));
export const removeAt = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

/** What is wrong with a class's key, if anything. */
export function hotkeyProblem(classes: readonly ClassDef[], index: number): 'reserved' | 'twice' | null {
  const key = classes[index]?.hotkey?.toLowerCase();
  if (!key) return null;
  if (!isAssignable(key)) return 'reserved';
  return classes.some((each, at) => at !== index && each.hotkey?.toLowerCase() === key) ? 'twice' : null;
}
