// The answer being made, as a list of items, and the commands that change it. Pure.
import type { Command } from '../../canvas/history';
import type { Shape } from '../../canvas/shapes/shape';
import type { Item, Layer } from '../../api/types';

export type Answer = readonly Item[];

/** An id that is free in this answer: a letter for the kind and the lowest number. */
export function freeId(answer: Answer, kind: Item['kind']): string {
  const letter = kind.charAt(0);
  const taken = new Set(answer.map((item) => item.id));
  let number = 1;
  while (taken.has(`${letter}${number}`)) number += 1;
  return `${letter}${number}`;
}

/** Puts `next` in place of the whole answer. */
export function replaceAll(before: Answer, next: Answer, name: string): Command<Answer> {
  return { name, apply: () => next, revert: () => before };
}

export function addItem(item: Item): Command<Answer> {
  return { name: 'add', apply: (answer) => [...answer, item], revert: (answer) => answer.filter((other) => other.id !== item.id) };
}

export function removeItem(answer: Answer, id: string): Command<Answer> {
  const at = answer.findIndex((item) => item.id === id);
  const removed = answer[at];
  return {
    name: 'remove',
    apply: (now) => now.filter((item) => item.id !== id),
    revert: (now) => (removed ? [...now.slice(0, at), removed, ...now.slice(at)] : now),
  };
}

export function changeItem(before: Item, after: Item, name = 'change'): Command<Answer> {
  const put = (item: Item) => (answer: Answer) => answer.map((other) => (other.id === item.id ? item : other));
  return { name, apply: put(after), revert: put(before) };
}

/** Choosing a class in a classification layer: replaces the choice, or toggles it where several may stand. */
export function chooseClass(answer: Answer, layer: Layer, className: string): Command<Answer> | null {
  const inLayer = answer.filter((item) => item.layer === layer.name && item.kind === 'classification');
  const standing = inLayer.find((item) => item.class === className);
  const fresh = (id: string): Item => ({ id, layer: layer.name, kind: 'classification', class: className, attributes: defaultAttributes(layer, className) });
  if (layer.multiple) return standing ? removeItem(answer, standing.id) : addItem(fresh(freeId(answer, 'classification')));
  const current = inLayer[0];
  if (!current) return addItem(fresh(freeId(answer, 'classification')));
  if (current.class === className && inLayer.length === 1) return null;
  const next = [...answer.filter((item) => !inLayer.includes(item)), fresh(current.id)];
  return replaceAll(answer, next, 'choose');
}

/** What was drawn, as an item of a layer; null where that layer holds something else. */
export function newShape(answer: Answer, layer: Layer, className: string, shape: Shape): Item | null {
  if (layer.kind !== shape.kind || !className) return null;
  return { ...shape, id: freeId(answer, shape.kind), layer: layer.name, class: className, attributes: defaultAttributes(layer, className) };
}

/** The item with another geometry: all members of the old one go. */
export function withShape({ id, layer, class: className, attributes, score }: Item, shape: Shape): Item {
  return { ...shape, id, layer, class: className, ...(attributes ? { attributes } : {}), ...(score != null ? { score } : {}) };
}

export function defaultAttributes(layer: Layer, className: string): Record<string, unknown> {
  const attributes = layer.classes.find((each) => each.name === className)?.attributes ?? [];
  return Object.fromEntries(attributes.filter((each) => each.default !== undefined && each.default !== null).map((each) => [each.name, each.default]));
}

/** A prediction's items as an answer: without scores, which belong to the model. */
export function withoutScores(items: readonly Item[]): Item[] {
  return items.map(({ score: _score, ...item }) => item);
}
