// What is wrong with a standard, found while one types: the codes and places of the service's own check, which has the last word. Pure.
import type { AttributeDef, ClassDef, Layer, StandardContent } from '../../api/types';
import { isAssignable } from '../labeling/keymap';
import { hasSize } from './kinds';

export interface Problem {
  /** The place by names: `layers[label].classes[cat].hotkey`. */
  path: string;
  code: string;
  /** What the sentence about it is filled with. */
  values?: Record<string, string>;
}

type Say = (path: string, code: string, values?: Problem['values']) => void;

const MAX_NAME_BYTES = 128;
const MAX_GUIDELINE_BYTES = 1024 * 1024;
const MAX_CLASSES = 10_000;
const MAX_TEXT_CHARS = 10_000;
const MAX_JOINTS = 1_000;

const bytes = (text: string): number => (text.length * 3 <= MAX_NAME_BYTES ? text.length : new TextEncoder().encode(text).length);
const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);

/** `layers[label]`, or `layers[0]` for a thing without a usable name. */
export function placeOf(list: string, index: number, name: string): string {
  const plain = name !== '' && bytes(name) <= MAX_NAME_BYTES && !hasControl(name);
  return `${list}[${plain ? name : index}]`;
}

/** Everything that keeps the standard from being published. */
export function check(content: StandardContent): Problem[] {
  const found: Problem[] = [];
  const say: Say = (path, code, values) => found.push({ path, code, values });
  if (content.title.includes('\0')) say('title', 'control_character');
  if (content.title.trim() === '') say('title', 'empty_title');
  if (content.layers.length === 0) say('layers', 'no_layers');
  if (content.guideline.includes('\0')) say('guideline', 'control_character');
  if (content.guideline.length * 3 > MAX_GUIDELINE_BYTES && new TextEncoder().encode(content.guideline).length > MAX_GUIDELINE_BYTES) say('guideline', 'too_long');
  eachNamed(content.layers, 'layers', say, (layer, path) => checkLayer(layer, path, say));
  checkHotkeys(content, say);
  return found;
}

function eachNamed<T extends { name: string }>(list: readonly T[], path: string, say: Say, inner: (value: T, path: string) => void): void {
  const names = new Set<string>();
  list.forEach((each, index) => {
    const place = placeOf(path, index, each.name);
    checkName(each.name, place, say);
    if (names.has(each.name)) say(place, 'duplicate_name', { name: each.name });
    names.add(each.name);
    inner(each, place);
  });
}

function checkName(name: string, path: string, say: Say): void {
  if (name.trim() === '') say(path, 'empty_name');
  else if (bytes(name) > MAX_NAME_BYTES) say(path, 'name_too_long');
  else if (hasControl(name)) say(path, 'control_character');
}

function checkLayer(layer: Layer, path: string, say: Say): void {
  checkName(layer.field, `${path}.field`, say);
  if (layer.classes.length === 0) say(`${path}.classes`, 'no_classes');
  if (layer.classes.length > MAX_CLASSES) say(`${path}.classes`, 'too_many_classes');
  eachNamed(layer.classes, `${path}.classes`, say, (each, place) => checkClass(each, place, say));
  for (const name of ['min_width', 'min_height'] as const) {
    const value = layer.rules[name];
    if (value === null) continue;
    if (!Number.isFinite(value) || value < 0) say(`${path}.rules.${name}`, 'invalid_rule');
    else if (!hasSize(layer.kind)) say(`${path}.rules.${name}`, 'rule_not_applicable');
  }
  if (layer.rules.max_items === 0) say(`${path}.rules.max_items`, 'invalid_rule');
  checkSkeleton(layer, `${path}.skeleton`, say);
}

function checkSkeleton({ kind, skeleton }: Layer, path: string, say: Say): void {
  if (kind !== 'skeleton') {
    if (skeleton) say(path, 'rule_not_applicable');
    return;
  }
  if (!skeleton) return say(path, 'skeleton_missing');
  const count = skeleton.points.length;
  if (count < 1 || count > MAX_JOINTS) say(path, 'invalid_skeleton');
  eachNamed(skeleton.points.map((name) => ({ name })), `${path}.points`, say, () => undefined);
  (skeleton.edges ?? []).forEach(([from = -1, to = -1], index) => {
    if (from === to || Math.min(from, to) < 0 || Math.max(from, to) >= count) say(`${path}.edges[${index}]`, 'invalid_skeleton');
  });
}

function checkClass(value: ClassDef, path: string, say: Say): void {
  if (!/^#[0-9a-f]{6}$/i.test(value.color)) say(`${path}.color`, 'invalid_color');
  for (const text of [value.title?.en, value.title?.zh, value.description]) if (text?.includes('\0')) say(path, 'control_character');
  eachNamed(value.attributes, `${path}.attributes`, say, (each, place) => checkAttribute(each, place, say));
}

function checkAttribute(attribute: AttributeDef, path: string, say: Say): void {
  const values = attribute.values ?? null;
  if (attribute.kind === 'enum') {
    if (values === null || values.length === 0) say(`${path}.values`, 'values_missing');
    if (values?.includes('')) say(`${path}.values`, 'empty_value');
    if (values && new Set(values).size < values.length) say(`${path}.values`, 'duplicate_value');
  } else if (values !== null) say(`${path}.values`, 'values_not_allowed');
  if (attribute.default !== undefined && attribute.default !== null && !isValue(attribute, attribute.default)) say(`${path}.default`, 'invalid_default');
}

/** Whether the attribute may have this value. */
export function isValue(attribute: Pick<AttributeDef, 'kind' | 'values'>, value: unknown): boolean {
  switch (attribute.kind) {
    case 'enum':
      return typeof value === 'string' && (attribute.values ?? []).includes(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'text':
      return typeof value === 'string' && !value.includes('\0') && [...value].length <= MAX_TEXT_CHARS;
    case 'boolean':
      return typeof value === 'boolean';
  }
}

/** One key chooses one class in the whole standard, since all layers stand on one page. */
function checkHotkeys(content: StandardContent, say: Say): void {
  const owners = new Map<string, string>();
  content.layers.forEach((layer, i) => layer.classes.forEach((each, j) => {
    const key = each.hotkey;
    if (key === null || key === undefined) return;
    const path = `${placeOf(`${placeOf('layers', i, layer.name)}.classes`, j, each.name)}.hotkey`;
    const owner = owners.get(key);
    if (!isAssignable(key)) say(path, 'reserved_hotkey', { key });
    else if (owner !== undefined) say(path, 'duplicate_hotkey', { key, owner });
    owners.set(key, each.name);
  }));
}
