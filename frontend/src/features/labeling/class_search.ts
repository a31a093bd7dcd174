// Which classes of a long list are shown: those that are sought, and those in use. Pure.
import type { ClassDef } from '../../api/types';

/** A list up to this long is shown whole, and of a longer one this many. */
export const MOST_SHOWN = 60;

export interface Placed {
  value: ClassDef;
  /** Its place among all classes of the layer. */
  index: number;
}

const words = (value: ClassDef): string => [value.name, value.title?.en, value.title?.zh].filter(Boolean).join('\n').toLowerCase();

/** The first classes that hold the text in a name or title, and how many there are in all; those in use stand in front unless they are among them. */
export function classesShown(classes: readonly ClassDef[], sought: string, inUse: (name: string) => boolean): { shown: Placed[]; found: number } {
  const all = classes.map((value, index) => ({ value, index }));
  if (classes.length <= MOST_SHOWN) return { shown: all, found: all.length };
  const text = sought.trim().toLowerCase();
  const found = text === '' ? all : all.filter(({ value }) => words(value).includes(text));
  const first = found.slice(0, MOST_SHOWN);
  const used = all.filter((each) => inUse(each.value.name) && !first.includes(each));
  return { shown: [...used, ...first], found: found.length };
}
