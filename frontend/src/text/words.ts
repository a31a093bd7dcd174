// Words and characters as people see them, in any script: steps of the caret, and ranges snapped to words. Pure.
import { blockAt, type TextDocument } from './blocks';

/** A part of the text in UTF-16 units, the end not included. */
export interface Range {
  start: number;
  end: number;
}

export type Step = 'character' | 'word';

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The word around an offset, or the one that ends there; null where there is none. */
export function wordAt(document: TextDocument, offset: number): Range | null {
  return wordAround(document, offset) ?? wordAround(document, offset - 1);
}

function wordAround({ text, blocks }: TextDocument, offset: number): Range | null {
  const block = blocks[blockAt(blocks, offset)];
  if (!block || offset < block.start || offset >= block.end) return null;
  const found = words.segment(text.slice(block.start, block.end)).containing(offset - block.start);
  if (!found?.isWordLike) return null;
  return { start: block.start + found.index, end: block.start + found.index + found.segment.length };
}

/** Without white space at its ends; null where nothing else was in it. */
export function trimmed({ text }: TextDocument, { start, end }: Range): Range | null {
  const inner = text.slice(start, end);
  const from = start + (inner.length - inner.trimStart().length);
  const to = end - (inner.length - inner.trimEnd().length);
  return to > from ? { start: from, end: to } : null;
}

/** Trimmed, and words that the range cuts are taken whole. */
export function snapped(document: TextDocument, range: Range): Range | null {
  const inner = trimmed(document, range);
  if (!inner) return null;
  const first = wordAround(document, inner.start);
  const last = wordAround(document, inner.end - 1);
  return { start: Math.min(inner.start, first?.start ?? inner.start), end: Math.max(inner.end, last?.end ?? inner.end) };
}

/** Where the caret stands one character or word further. */
export function stepFrom(document: TextDocument, offset: number, by: Step, forward: boolean): number {
  return by === 'character' ? stepCharacter(document, offset, forward) : stepWord(document, offset, forward);
}

function stepCharacter({ text, blocks }: TextDocument, offset: number, forward: boolean): number {
  const number = blockAt(blocks, offset);
  const block = blocks[number];
  if (!block) return offset;
  if (offset > block.end) return forward ? (blocks[number + 1]?.start ?? block.end) : block.end;
  if (forward && offset === block.end) return blocks[number + 1]?.start ?? block.end;
  if (!forward && offset === block.start) {
    const before = blocks[number - 1];
    if (!before || before.end < offset) return before?.end ?? offset;
    // Two parts of one line meet without a break: the step goes into the part before.
    return characterAt(text, before, offset - 1).start;
  }
  return forward ? characterAt(text, block, offset).end : characterAt(text, block, offset - 1).start;
}

function characterAt(text: string, block: Range, offset: number): Range {
  const found = graphemes.segment(text.slice(block.start, block.end)).containing(offset - block.start);
  const start = block.start + (found?.index ?? 0);
  return { start, end: start + (found?.segment.length ?? 1) };
}

function stepWord(document: TextDocument, offset: number, forward: boolean): number {
  const { text, blocks } = document;
  let number = blockAt(blocks, offset);
  for (; number >= 0 && number < blocks.length; number += forward ? 1 : -1) {
    const block = blocks[number];
    if (!block) break;
    const found = [...words.segment(text.slice(block.start, block.end))].filter((each) => each.isWordLike);
    const edges = found.map((each) => block.start + each.index + (forward ? each.segment.length : 0));
    const next = forward ? edges.find((edge) => edge > offset) : edges.findLast((edge) => edge < offset);
    if (next !== undefined) return next;
  }
  return forward ? text.length : 0;
}
