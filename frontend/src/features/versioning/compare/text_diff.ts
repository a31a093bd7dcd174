// Two texts as one: what both have, what only the old has, what only the new has. Pure.

export interface Piece {
  kind: 'same' | 'old' | 'new';
  text: string;
}

/** Above this many pairs of words the middle is told as replaced whole. */
const MOST_PAIRS = 1_500_000;

/** Differences by words, and by characters where words are not set apart by spaces. */
export function diffTexts(before: string, after: string): Piece[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const middle = middleOf(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return joined([{ kind: 'same', text: a.slice(0, start).join('') }, ...middle, { kind: 'same', text: a.slice(a.length - end).join('') }]);
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|[\p{L}\p{M}\p{N}_]+|\s+|[^\p{L}\p{M}\p{N}_\s]/gu) ?? [];
}

function middleOf(a: readonly string[], b: readonly string[]): Piece[] {
  if (a.length * b.length > MOST_PAIRS || a.length === 0 || b.length === 0) return [{ kind: 'old', text: a.join('') }, { kind: 'new', text: b.join('') }];
  const common = commonLengths(a, b);
  const width = b.length + 1;
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      pieces.push({ kind: 'same', text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) {
      pieces.push({ kind: 'old', text: left });
      i += 1;
    } else {
      pieces.push({ kind: 'new', text: right ?? '' });
      j += 1;
    }
  }
  return pieces;
}

/** For each pair of places the length of the longest common subsequence from there on. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = a[i] === b[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  return table;
}

/** Neighbours of one kind become one piece; between two sames all that is old comes before all that is new. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  let [old, fresh] = ['', ''];
  const flush = () => {
    if (old) result.push({ kind: 'old', text: old });
    if (fresh) result.push({ kind: 'new', text: fresh });
    [old, fresh] = ['', ''];
  };
  for (const { kind, text } of pieces.filter((piece) => piece.text !== '')) {
    if (kind === 'old') old += text;
    else if (kind === 'new') fresh += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === 'same') last.text += text;
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}
