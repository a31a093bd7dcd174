// Where the line of a relation runs between two spans, and where its name stands. Pure.

export interface Place {
  x: number;
  y: number;
}

export interface Arc {
  /** An SVG path. */
  path: string;
  /** The middle of its name, in the gap above a line of text. */
  label: Place;
}

/** Half the gap above a line of text with relations, from the upper edge of its tags. */
const GAP_PX = 14;
const REACH_PX = 56;

/** Within a line a bow in the gap above it; between lines a curve that arrives from above. */
export function arcBetween(from: Place, to: Place, lineHeight: number): Arc {
  const down = Math.abs(to.y - from.y);
  if (down < lineHeight / 2) {
    const top = Math.min(from.y, to.y) - GAP_PX;
    // Both control points at one height: the curve's top is at three quarters of it.
    const control = Math.min(from.y, to.y) - GAP_PX / 0.75;
    return { path: curve(from, { x: from.x, y: control }, { x: to.x, y: control }, to), label: { x: (from.x + to.x) / 2, y: top } };
  }
  const reach = Math.min(REACH_PX, down / 2);
  const first = { x: from.x, y: from.y + (to.y > from.y ? reach : -reach) };
  return { path: curve(from, first, { x: to.x, y: to.y - reach }, to), label: { x: to.x, y: to.y - GAP_PX } };
}

const curve = (from: Place, first: Place, second: Place, to: Place): string => `M ${pair(from)} C ${pair(first)}, ${pair(second)}, ${pair(to)}`;
const pair = ({ x, y }: Place): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;

const ROW_PX = 17;

/** Moves names that would lie on each other to the right; `widthOf` is how much room one takes. */
export function spread<T extends { label: Place }>(arcs: readonly T[], widthOf: (arc: T) => number): T[] {
  const placed: T[] = [];
  for (const arc of arcs.toSorted((a, b) => a.label.y - b.label.y || a.label.x - b.label.x)) {
    let { x } = arc.label;
    for (const other of placed.filter((each) => Math.abs(each.label.y - arc.label.y) < ROW_PX).sort((a, b) => a.label.x - b.label.x)) {
      const room = (widthOf(arc) + widthOf(other)) / 2 + 3;
      if (Math.abs(x - other.label.x) < room) x = other.label.x + room;
    }
    placed.push({ ...arc, label: { ...arc.label, x } });
  }
  return placed;
}
