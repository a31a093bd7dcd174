// A text as blocks: a line each, long lines in several, so that only what is near the view need be laid out. Pure.
import { indexCodePoints, type CodePoints } from './codepoints';

/** Offsets are in UTF-16 units; the line break after a block belongs to none. */
export interface Block {
  start: number;
  end: number;
  /** Where the block's line begins: parts of a split line take their direction from there. */
  line: number;
  /** Whether the line was split. */
  part: boolean;
}

export interface TextDocument {
  text: string;
  points: CodePoints;
  blocks: readonly Block[];
}

const BREAK = /\r\n|[\n\r\u2028\u2029]/g;
const MAX_UNITS = 1200;
const SAFE_AFTER = /[\s。！？；，、,.!?;:…)\]」』]/u;
/** How far back from the cut whole user-perceived characters are looked for. */
const LOOK_BACK = 200;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function toDocument(text: string): TextDocument {
  const blocks: Block[] = [];
  let start = 0;
  for (const match of text.matchAll(BREAK)) {
    addLine(blocks, text, start, match.index);
    start = match.index + match[0].length;
  }
  addLine(blocks, text, start, text.length);
  return { text, points: indexCodePoints(text), blocks };
}

function addLine(blocks: Block[], text: string, line: number, end: number): void {
  const part = end - line > MAX_UNITS;
  let start = line;
  while (end - start > MAX_UNITS) {
    const cut = safeCut(text, start);
    blocks.push({ start, end: cut, line, part });
    start = cut;
  }
  blocks.push({ start, end, line, part });
}

/** After a space or a mark of punctuation, or else between two characters as people see them. */
function safeCut(text: string, start: number): number {
  const last = start + MAX_UNITS;
  for (let at = last; at > start + MAX_UNITS / 2; at -= 1) {
    if (SAFE_AFTER.test(text.charAt(at - 1)) && !/[\s\p{M}]/u.test(text.charAt(at))) return at;
  }
  const from = last - LOOK_BACK;
  let cut = 0;
  for (const { index } of graphemes.segment(text.slice(from, last + 1))) cut = index;
  return cut > 1 ? from + cut : last;
}

/** The block that holds the offset; within a line break, the block before it. */
export function blockAt(blocks: readonly Block[], offset: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((blocks[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const STRONG = /[\p{L}\p{N}]/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Whether a block reads from right to left: its line's first letter decides, as with `dir="auto"`. */
export function isRightToLeft({ text }: TextDocument, block: Block): boolean {
  for (const letter of text.slice(block.line, Math.min(block.end, block.line + MAX_UNITS))) {
    if (RIGHT_TO_LEFT.test(letter) && STRONG.test(letter)) return true;
    if (/\p{L}/u.test(letter)) return false;
  }
  return false;
}
