// Which rows of a long list are worth drawing. Rows have one height, except one that may stand open. Pure.

export interface Rows {
  count: number;
  rowHeight: number;
  /** The row that stands open, or -1. */
  open: number;
  /** How much taller it is. */
  openExtra: number;
}

/** Rows beyond either edge that are drawn too, so that scrolling and the arrow keys find them there. */
const OVERSCAN = 8;

const topOf = ({ rowHeight, open, openExtra }: Rows, index: number): number => index * rowHeight + (open >= 0 && index > open ? openExtra : 0);

/** Rows `start` to below `end` are drawn, with so many pixels of nothing before and after them. */
export function windowOf(rows: Rows, scrollTop: number, height: number): { start: number; end: number; before: number; after: number } {
  const at = (y: number): number => {
    const row = Math.floor(y / rows.rowHeight);
    if (rows.open < 0 || row <= rows.open) return row;
    return Math.max(rows.open, Math.floor((y - rows.openExtra) / rows.rowHeight));
  };
  const start = Math.min(Math.max(0, at(scrollTop) - OVERSCAN), Math.max(0, rows.count - 1));
  const end = Math.min(rows.count, at(scrollTop + height) + 1 + OVERSCAN);
  return { start, end, before: topOf(rows, start), after: topOf(rows, rows.count) - topOf(rows, end) };
}
