// One block cut into runs of text that look alike, with the marks between them: tags, handles, the caret. Pure.
import { meets } from './lanes';
import type { Range } from './words';

/** A span as it is shown; offsets in UTF-16 units. */
export interface ShownSpan extends Range {
  id: string;
  caption: string;
  /** What a screen reader says of it. */
  name: string;
  color: string;
  /** Made by a model and not yet taken over by a person. */
  predicted: boolean;
  lane: number;
}

export type Piece =
  | { kind: 'text'; start: number; end: number; covers: readonly ShownSpan[]; chosen: boolean }
  | { kind: 'tag'; span: ShownSpan }
  | { kind: 'handle'; span: ShownSpan; edge: 'start' | 'end' }
  | { kind: 'caret' };

export interface BlockLook {
  /** Those that touch the block, by lane. */
  spans: readonly ShownSpan[];
  /** The part of the text that is selected, if it touches the block. */
  chosen: Range | null;
  /** Where the caret stands, if in this block. */
  caret: number | null;
  /** The span with handles, if it touches the block. */
  held: string | null;
}

/** The cuts lie at every beginning and end of a span, of the selection, and at the caret. */
export function piecesOf(block: Range, look: BlockLook): Piece[] {
  const inside = (at: number) => at > block.start && at < block.end;
  const edges = [...look.spans.flatMap((span) => [span.start, span.end]), ...(look.chosen ? [look.chosen.start, look.chosen.end] : []), ...(look.caret === null ? [] : [look.caret])];
  const cuts = [block.start, ...[...new Set(edges.filter(inside))].sort((a, b) => a - b), block.end];
  const pieces: Piece[] = [];
  for (const [number, start] of cuts.entries()) {
    const last = number === cuts.length - 1;
    // An empty block has its one place twice.
    if (!last || block.end > block.start) pieces.push(...marksAt(start, block, look));
    const end = cuts[number + 1];
    if (end === undefined || (end === start && !last)) continue;
    const run = { start, end };
    pieces.push({ kind: 'text', ...run, covers: look.spans.filter((span) => meets(span, run)), chosen: look.chosen !== null && meets(look.chosen, run) });
  }
  return pieces;
}

/** Ends come before beginnings, and of two spans that end together the inner one's tag comes first. */
function marksAt(at: number, block: Range, { spans, held, caret }: BlockLook): Piece[] {
  const ending = spans.filter((span) => span.end === at && at > block.start).toSorted((a, b) => b.start - a.start);
  const marks: Piece[] = ending.flatMap((span): Piece[] => (span.id === held ? [{ kind: 'handle', span, edge: 'end' }, { kind: 'tag', span }] : [{ kind: 'tag', span }]));
  if (caret === at) marks.push({ kind: 'caret' });
  const begun = spans.find((span) => span.id === held && span.start === at && (at < block.end || block.start === block.end));
  if (begun) marks.push({ kind: 'handle', span: begun, edge: 'start' });
  return marks;
}

/** What is under an offset, the innermost first. */
export function spansAt<T extends Range>(spans: readonly T[], offset: number): T[] {
  return spans.filter((span) => span.start <= offset && offset <= span.end).toSorted((a, b) => a.end - a.start - (b.end - b.start));
}
