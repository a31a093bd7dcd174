// Where each commit stands in the drawn history, and which lines run past it. Pure.

/** What a layout needs to know of a commit. */
export interface Knot {
  hash: string;
  parents: readonly string[];
}

/** A line through one row: from a column at its top to a column at its bottom; `color` counts lines as they begin. */
export interface Line {
  from: number;
  to: number;
  color: number;
}

export interface LaneRow {
  hash: string;
  /** The column of the commit. */
  column: number;
  color: number;
  /** Lines that pass from the row's top to its bottom. */
  passing: Line[];
  /** Lines that end in the commit; `to` is its column. */
  arriving: Line[];
  /** Lines that begin in the commit; `from` is its column. */
  leaving: Line[];
  /** Columns that this row needs. */
  width: number;
}

interface Lane {
  awaits: string;
  color: number;
  /** A column kept free for a branch whose head has not come yet has no line. */
  drawn: boolean;
}

type Lanes = (Lane | null)[];

/**
 * Lays out commits that come newest first, children before parents. The line of `trunk` keeps the first column.
 * Rows that stand do not change when further commits are added to the end.
 */
export function layLanes(knots: readonly Knot[], trunk?: string): LaneRow[] {
  const lanes: Lanes = [];
  let colors = 0;
  const freshColor = () => colors++;
  if (trunk !== undefined && knots.some((knot) => knot.hash === trunk)) lanes.push({ awaits: trunk, color: freshColor(), drawn: false });
  return knots.map((knot) => layRow(knot, lanes, freshColor));
}

function layRow(knot: Knot, lanes: Lanes, freshColor: () => number): LaneRow {
  const waiting = lanes.flatMap((lane, at) => (lane?.awaits === knot.hash ? [at] : []));
  const column = waiting[0] ?? freeColumn(lanes);
  const color = lanes[column]?.color ?? freshColor();
  const arriving = waiting.flatMap((from) => {
    const lane = lanes[from];
    return lane?.drawn ? [{ from, to: column, color: lane.color }] : [];
  });
  const passing = lanes.flatMap((lane, at) => (lane?.drawn && !waiting.includes(at) ? [{ from: at, to: at, color: lane.color }] : []));
  let width = Math.max(column + 1, lanes.length);
  for (const at of waiting) lanes[at] = null;
  const leaving = knot.parents.map((parent, index) => {
    const line = leaveTo(parent, index === 0 ? { column, color } : null, lanes, freshColor);
    return { ...line, from: column };
  });
  while (lanes.length > 0 && lanes.at(-1) === null) lanes.pop();
  width = Math.max(width, lanes.length);
  return { hash: knot.hash, column, color, passing, arriving, leaving, width };
}

/** The first parent goes on below its child; another joins the line that goes there already, or begins one. */
function leaveTo(parent: string, own: { column: number; color: number } | null, lanes: Lanes, freshColor: () => number): Omit<Line, 'from'> {
  if (own) {
    lanes[own.column] = { awaits: parent, color: own.color, drawn: true };
    return { to: own.column, color: own.color };
  }
  const there = lanes.findIndex((lane) => lane?.awaits === parent);
  const lane = lanes[there];
  if (lane) {
    lane.drawn = true;
    return { to: there, color: lane.color };
  }
  const column = freeColumn(lanes);
  const color = freshColor();
  lanes[column] = { awaits: parent, color, drawn: true };
  return { to: column, color };
}

function freeColumn(lanes: Lanes): number {
  const free = lanes.indexOf(null);
  return free === -1 ? lanes.length : free;
}
