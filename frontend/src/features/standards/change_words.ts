// A change of a standard in words: its place as a way from layer to class to attribute, its values as text. Pure.
import { shortText } from '../versioning/compare/changes';

/** Members of a standard that a change may end at, as translation keys end. */
const PARTS = new Set([
  'title', 'guideline', 'layers', 'kind', 'field', 'required', 'multiple', 'skeleton', 'points', 'edges', 'min_width', 'min_height', 'max_items', 'inside',
  'classes', 'color', 'hotkey', 'description', 'attributes', 'values', 'default',
]);

export interface Step {
  text: string;
  /** It is a member of the standard and not a name that someone gave. */
  part: boolean;
}

/** `layers[objects].classes[car].hotkey` as its steps: objects, car, and the part `hotkey`. */
export function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path;
  for (;;) {
    const named = /^\.?(?:layers|classes|attributes|skeleton\.points)\[(.*?)\](?=$|\.(?:classes|attributes|[a-z_]+)(?:$|[.[]))/.exec(rest);
    if (!named) break;
    steps.push({ text: named[1] ?? '', part: false });
    rest = rest.slice(named[0].length);
  }
  for (const word of rest.split('.').filter((each) => each !== '' && each !== 'rules')) steps.push({ text: word, part: PARTS.has(word) });
  return steps;
}

/** A value in a line: lists with commas, things with a name by their name and what else they say. */
export function valueText(value: unknown): string | null {
  if (Array.isArray(value)) return value.map((each) => valueText(each) ?? '—').join(', ');
  if (typeof value !== 'object' || value === null) return shortText(value);
  if ('points' in value && Array.isArray(value.points)) return cut(skeletonText(value.points, 'edges' in value && Array.isArray(value.edges) ? value.edges : []));
  const { name, classes, ...others } = value as Record<string, unknown>;
  const said = Object.entries(others).map(([key, each]) => `${key}: ${valueText(each) ?? '—'}`);
  const list = Array.isArray(classes) ? [`classes: ${valueText(classes.map((each: unknown) => (typeof each === 'object' && each !== null && 'name' in each ? each.name : each))) ?? ''}`] : [];
  return cut([...(name === undefined ? [] : [String(name)]), ...said, ...list].join(' · '));
}

/** The joints by name, and which are joined. */
function skeletonText(points: readonly unknown[], edges: readonly unknown[]): string {
  const lines = edges.map((edge) => (Array.isArray(edge) ? edge.map((end: number) => String(points[end])).join('–') : ''));
  return [points.join(', '), ...(lines.length > 0 ? [lines.join(', ')] : [])].join(' · ');
}

const MOST_LETTERS = 400;

const cut = (text: string): string => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text);
