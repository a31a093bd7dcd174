// Spans and relations of an answer: how they are made, removed and shown over their text. Pure.
import type { Command } from '../../canvas/history';
import type { Item, Layer, StandardContent } from '../../api/types';
import { clock } from '../../audio/peaks';
import { percentText } from '../../shared/format';
import { blockAt, type TextDocument } from '../../text/blocks';
import { toCodePoints, toUnits } from '../../text/codepoints';
import { assignLanes } from '../../text/lanes';
import type { ShownSpan } from '../../text/pieces';
import type { Range } from '../../text/words';
import { defaultAttributes, freeId, replaceAll, type Answer } from './document';
import { colorIn } from './painted';

export type SpanItem = Extract<Item, { kind: 'span' }>;
export type RelationItem = Extract<Item, { kind: 'relation' }>;

/** The texts that have been opened, by field. */
export type Texts = Readonly<Record<string, TextDocument>>;

const PREDICTION = 'prediction/';
export const isPrediction = (id: string): boolean => id.startsWith(PREDICTION);

export const isSpan = (item: Item): item is SpanItem => item.kind === 'span';
export const isRelation = (item: Item): item is RelationItem => item.kind === 'relation';

/** A span in UTF-16 units of its text. */
export const rangeOf = ({ points }: TextDocument, item: Pick<SpanItem, 'start' | 'end'>): Range => ({ start: toUnits(points, item.start), end: toUnits(points, item.end) });
/** A range as it is stored: in code points. */
export const stored = ({ points }: TextDocument, range: Range): Range => ({ start: toCodePoints(points, range.start), end: toCodePoints(points, range.end) });

export function newSpan(answer: Answer, layer: Layer, className: string, range: Range): SpanItem {
  return { id: freeId(answer, 'span'), layer: layer.name, kind: 'span', class: className, ...range, attributes: defaultAttributes(layer, className) };
}

export function newRelation(answer: Answer, layer: Layer, className: string, from: string, to: string): RelationItem {
  return { id: freeId(answer, 'relation'), layer: layer.name, kind: 'relation', class: className, from, to, attributes: defaultAttributes(layer, className) };
}

/** Two items with the same meaning say the same. */
function meaningOf(item: Item): string | null {
  if (item.kind === 'interval') return JSON.stringify([item.layer, item.class, item.start, item.end]);
  if (isSpan(item)) return JSON.stringify([item.layer, item.class, item.start, item.end]);
  return isRelation(item) ? JSON.stringify([item.layer, item.class, item.from, item.to]) : null;
}

/** The same item a second time would say nothing new. */
export function alike(answer: Answer, item: SpanItem | RelationItem): Item | undefined {
  const meaning = meaningOf(item);
  return answer.find((other) => meaningOf(other) === meaning);
}

/** What of a prediction still stands beside the answer. Its ids begin with `prediction/`; relations end at the person's spans where there are such. */
export function besideAnswer(answer: Answer, predicted: readonly Item[]): Item[] {
  const known = new Map(answer.map((item) => [meaningOf(item), item.id]));
  const ids = new Map(predicted.filter(isSpan).map((item) => [item.id, known.get(meaningOf(item)) ?? PREDICTION + item.id]));
  const end = (id: string) => ids.get(id) ?? PREDICTION + id;
  return predicted
    .map((item): Item => (isRelation(item) ? { ...item, from: end(item.from), to: end(item.to) } : item))
    .filter((item) => meaningOf(item) !== null && !known.has(meaningOf(item)))
    .map((item) => ({ ...item, id: PREDICTION + item.id }));
}

/** One item of a prediction as a person's own: with an id of the answer and without the score. Null for a relation whose ends are not taken over. */
export function takenOver(answer: Answer, beside: Item): Item | null {
  if (isRelation(beside) && [beside.from, beside.to].some(isPrediction)) return null;
  const { score: _score, ...item } = beside;
  return { ...item, id: freeId(answer, item.kind) };
}

/** Removes an item with every relation that would be left without an end, as one command. */
export function removeWithRelations(answer: Answer, id: string): Command<Answer> {
  const gone = new Set([id]);
  for (let before = 0; before !== gone.size; ) {
    before = gone.size;
    for (const item of answer) if (isRelation(item) && (gone.has(item.from) || gone.has(item.to))) gone.add(item.id);
  }
  return replaceAll(answer, answer.filter((item) => !gone.has(item.id)), 'remove');
}

const LONGEST_QUOTE = 40;

/** What a span covers, in one short line. */
export function quote(document: TextDocument | undefined, item: SpanItem): string {
  if (!document) return `${item.start}–${item.end}`;
  const { start, end } = rangeOf(document, item);
  const letters = [...document.text.slice(start, Math.min(end, start + 4 * LONGEST_QUOTE)).replace(/\s+/g, ' ')];
  return letters.length > LONGEST_QUOTE ? `${letters.slice(0, LONGEST_QUOTE).join('')}…` : letters.join('');
}

/** How an item of a text stands in the list of the answer; null for other kinds. */
export function textLine(item: Item, answer: Answer, content: StandardContent, texts: Texts): { name: string; detail: string } | null {
  const fieldOf = (span: SpanItem) => content.layers.find((layer) => layer.name === span.layer)?.field ?? '';
  if (isSpan(item)) return { name: item.class, detail: quote(texts[fieldOf(item)], item) };
  if (item.kind === 'interval') return { name: item.class, detail: `${clock(item.start)} – ${clock(item.end)}` };
  if (!isRelation(item)) return null;
  const end = (id: string) => {
    const found = answer.find((other) => other.id === id);
    return found && isSpan(found) ? quote(texts[fieldOf(found)], found) : (found?.class ?? '?');
  };
  return { name: `${end(item.from)} → ${item.class} → ${end(item.to)}`, detail: '' };
}

/** The spans over one text: a person's, and what a prediction has beside them. */
export function shownSpans(content: StandardContent, document: TextDocument, fields: { human: Answer; predicted: readonly Item[] }, field: string): ShownSpan[] {
  const here = new Set(content.layers.filter((layer) => layer.field === field).map((layer) => layer.name));
  const show = (item: SpanItem, predicted: boolean): ShownSpan => {
    const score = predicted && item.score != null ? ` ${percentText(item.score)}` : '';
    return { ...beforeBreak(document, rangeOf(document, item)), id: item.id, caption: `${item.class}${score}`, name: `${item.class}${score}: ${quote(document, item)}`, color: colorIn(content, item), predicted, lane: 0 };
  };
  const mine = (items: readonly Item[]) => items.filter(isSpan).filter((item) => here.has(item.layer));
  const spans = [...mine(fields.human).map((item) => show(item, false)), ...mine(fields.predicted).map((item) => show(item, true))].filter((span) => span.start < span.end);
  const lanes = assignLanes(spans);
  return spans.map((span) => ({ ...span, lane: lanes.get(span.id) ?? 0 })).sort((a, b) => a.start - b.start);
}

/** A span that ends with a line break is shown to end before it, or its tag would stand alone on the next line. */
function beforeBreak({ blocks }: TextDocument, range: Range): Range {
  const number = blockAt(blocks, range.end);
  const block = blocks[number];
  const before = blocks[number - 1];
  if (block && range.end > block.end) return { start: Math.min(range.start, block.end), end: block.end };
  if (block && before && range.end === block.start && before.end < range.end && range.start < before.end) return { start: range.start, end: before.end };
  return range;
}

export interface ShownRelation {
  id: string;
  from: string;
  to: string;
  caption: string;
  color: string;
  predicted: boolean;
}

export function shownRelations(content: StandardContent, fields: { human: Answer; predicted: readonly Item[] }): ShownRelation[] {
  const show = (item: RelationItem, predicted: boolean): ShownRelation => {
    const score = predicted && item.score != null ? ` ${percentText(item.score)}` : '';
    return { id: item.id, from: item.from, to: item.to, caption: `${item.class}${score}`, color: colorIn(content, item), predicted };
  };
  return [...fields.human.filter(isRelation).map((item) => show(item, false)), ...fields.predicted.filter(isRelation).map((item) => show(item, true))];
}
