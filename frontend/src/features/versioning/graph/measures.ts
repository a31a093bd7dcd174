// The graph's measures, in screen pixels. Pure.
export const ROW_HEIGHT = 58;
const COLUMN = 18;
const MARGIN = 16;
/** Columns beyond this one are drawn in it. */
export const MOST_COLUMNS = 14;

export const columnX = (column: number): number => MARGIN + Math.min(column, MOST_COLUMNS - 1) * COLUMN;
export const drawingWidth = (columns: number): number => columnX(Math.max(0, columns - 1)) + MARGIN;
