// Where the line of a relation runs between two spans. Pure.

export interface Place {
  x: number;
  y: number;
}

export interface Arc {
  /** An SVG path. */
  path: string;
  /** Where its name stands. */
  label: Place;
}

const LOW = 18;
const HIGH = 64;

/** Within a line a bow above it; between lines a curve that leaves upwards and arrives from above. */
export function arcBetween(from: Place, to: Place, lineHeight: number): Arc {
  const across = Math.abs(to.x - from.x);
  const down = Math.abs(to.y - from.y);
  if (down < lineHeight / 2) {
    const rise = Math.min(HIGH, LOW + across / 10);
    // Both control points at one height: the curve's top is at three quarters of it.
    return { path: curve(from, { x: from.x, y: from.y - rise }, { x: to.x, y: to.y - rise }, to), label: { x: (from.x + to.x) / 2, y: Math.min(from.y, to.y) - rise * 0.75 } };
  }
  const reach = Math.min(HIGH, down / 2);
  const first = { x: from.x, y: from.y + (to.y > from.y ? reach : -reach) };
  const second = { x: to.x, y: to.y - reach };
  return { path: curve(from, first, second, to), label: { x: (from.x + 3 * first.x + 3 * second.x + to.x) / 8, y: (from.y + 3 * first.y + 3 * second.y + to.y) / 8 } };
}

const curve = (from: Place, first: Place, second: Place, to: Place): string => `M ${pair(from)} C ${pair(first)}, ${pair(second)}, ${pair(to)}`;
const pair = ({ x, y }: Place): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
