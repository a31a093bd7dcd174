// Changes to a standard's draft. Pure.
import { NO_RULES } from '../../api/standard_shape';
import type { AttributeDef, ClassDef, Layer, StandardContent } from '../../api/types';
import { isAssignable } from '../labeling/keymap';

export const COLORS = ['#2f7fb8', '#d9822b', '#3b9a5f', '#c2456b', '#7a5fc0', '#9a7b2c', '#2b9a95', '#b8563a', '#5b7083', '#8aa11f'];

export const emptyLayer = (name: string): Layer => ({ name, kind: 'classification', field: 'image', required: true, multiple: false, skeleton: null, classes: [], rules: NO_RULES });

export const emptyStandard = (title: string): StandardContent => ({ title, layers: [emptyLayer('label')], guideline: '' });

/** A name that no sibling has. */
export function freeName(base: string, taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number += 1) if (!taken.includes(`${base}${number}`)) return `${base}${number}`;
}

/** Keys that no class of the standard has, digits first. One key chooses one class in the whole standard. */
export function freeKeys(layers: readonly Pick<Layer, 'classes'>[]): string[] {
  const used = new Set(layers.flatMap((layer) => layer.classes.map((each) => each.hotkey)));
  return [...'1234567890abcdefghijklmnopqrstuvwxyz'].filter((key) => isAssignable(key) && !used.has(key));
}

/** New classes of these names: each with the colour least used in the standard so far, and the next key that is free in it. */
export function newClasses(layers: readonly Pick<Layer, 'classes'>[], names: readonly string[]): ClassDef[] {
  const keys = freeKeys(layers);
  const uses = new Map(COLORS.map((color) => [color, 0]));
  for (const { color } of layers.flatMap((layer) => layer.classes)) if (uses.has(color)) uses.set(color, (uses.get(color) ?? 0) + 1);
  const leastUsed = (): string => {
    const [color] = [...uses].reduce((best, each) => (each[1] < best[1] ? each : best));
    uses.set(color, (uses.get(color) ?? 0) + 1);
    return color;
  };
  return names.map((name, index) => ({ name, color: leastUsed(), hotkey: keys[index] ?? null, attributes: [] }));
}

/** The names in a pasted text, one a line: each once, and none that is there already. */
export function pastedNames(text: string, before: readonly ClassDef[]): string[] {
  const taken = new Set(before.map((each) => each.name));
  return [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter((name) => name !== '' && !taken.has(name));
}

/** The attributes, and those of `from` whose names are not among them yet. */
export function withCopied(attributes: readonly AttributeDef[], from: readonly AttributeDef[]): AttributeDef[] {
  return [...attributes, ...from.filter((each) => !attributes.some((own) => own.name === each.name))];
}

export const replaceAt = <T>(list: readonly T[], index: number, next: T): T[] => list.map((each, at) => (at === index ? next : each));
export const removeAt = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

/** The list with the thing at `from` taken out and put in so that it stands at `to`. */
export function moveAt<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = removeAt(list, from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}

/** Where the thing at `index` stands after that move. */
export function placeAfterMove(index: number, from: number, to: number): number {
  if (index === from) return to;
  if (from < index && index <= to) return index - 1;
  return to <= index && index < from ? index + 1 : index;
}
