// Offsets in Unicode code points, as labels are stored, and in UTF-16 units, as a browser counts. Pure.

export interface CodePoints {
  /** UTF-16 units of the text. */
  units: number;
  /** Code points of the text. */
  count: number;
  /** Where each surrogate pair begins, in units, ascending: the only places where the two ways of counting part. */
  pairs: Uint32Array;
}

export function indexCodePoints(text: string): CodePoints {
  const pairs: number[] = [];
  for (let at = 0; at + 1 < text.length; at += 1) {
    if (!isPair(text, at)) continue;
    pairs.push(at);
    at += 1;
  }
  return { units: text.length, count: text.length - pairs.length, pairs: Uint32Array.from(pairs) };
}

/** Units to code points; an offset inside a pair counts as before it. */
export function toCodePoints(index: CodePoints, unit: number): number {
  const at = Math.min(Math.max(0, unit), index.units);
  // At p + 1, inside a pair, the pair is counted off already: the answer is the one of p.
  return at - countBelow(index.pairs, at, 0);
}

/** Code points to units; beyond the text is its end. */
export function toUnits(index: CodePoints, codePoint: number): number {
  const at = Math.min(Math.max(0, codePoint), index.count);
  return at + countBelow(index.pairs, at, 1);
}

/** How many pairs begin before `at`, where pair number i is taken to stand `shift * i` further left. */
function countBelow(pairs: Uint32Array, at: number, shift: 0 | 1): number {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pairs[middle] ?? 0) - shift * middle < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}
