// The edge of a mask as closed rings along the sides of its pixels. Pure.
import type { MaskShape, PathSink } from '../shapes/shape';
import { eachSpan } from './runs';

/** `x, y, x, y` of one ring, corner after corner. */
export type Ring = number[];

/** Traces every ring, so that dashes run on around the corners. */
export function traceContour(mask: MaskShape, sink: PathSink): void {
  for (const ring of contourRings(mask)) {
    for (let i = 0; i < ring.length; i += 2) {
      const x = mask.x + (ring[i] ?? 0);
      const y = mask.y + (ring[i + 1] ?? 0);
      if (i === 0) sink.moveTo(x, y);
      else sink.lineTo(x, y);
    }
    sink.closePath();
  }
}

/** The rings within the mask's own rectangle, what is on at their right hand: outer ones run clockwise, those of holes the other way. */
export function contourRings(mask: Pick<MaskShape, 'width' | 'height' | 'counts'>): Ring[] {
  const ways = new Ways(mask.width + 1);
  const rows: number[][] = Array.from({ length: mask.height }, () => []);
  eachSpan(mask, (row, start, end) => {
    rows[row]?.push(start, end);
    ways.add(start, row + 1, start, row);
    ways.add(end, row, end, row + 1);
  });
  for (let row = 0; row <= mask.height; row += 1) {
    eachDifference(rows[row - 1] ?? [], rows[row] ?? [], (start, end, below) => (below ? ways.add(start, row, end, row) : ways.add(end, row, start, row)));
  }
  return ways.rings();
}

/** Calls for every stretch that one of two rows has and the other has not; both are given by the sorted ends of their spans. */
function eachDifference(above: readonly number[], below: readonly number[], found: (start: number, end: number, below: boolean) => void): void {
  let i = 0;
  let j = 0;
  let from = 0;
  while (i < above.length || j < below.length) {
    const at = Math.min(above[i] ?? Infinity, below[j] ?? Infinity);
    if (i % 2 !== j % 2 && at > from) found(from, at, j % 2 === 1);
    while (above[i] === at) i += 1;
    while (below[j] === at) j += 1;
    from = at;
  }
}

/** Steps from corner to corner, to be walked until none is left. */
class Ways {
  private readonly next = new Map<number, number[]>();
  private readonly stride: number;

  constructor(stride: number) {
    this.stride = stride;
  }

  add(x: number, y: number, toX: number, toY: number): void {
    const from = y * this.stride + x;
    const to = toY * this.stride + toX;
    const known = this.next.get(from);
    if (known) known.push(to);
    else this.next.set(from, [to]);
  }

  rings(): Ring[] {
    const rings: Ring[] = [];
    for (const start of this.next.keys()) {
      while (this.next.get(start)?.length) rings.push(this.walk(start));
    }
    return rings;
  }

  /** As many steps lead to a corner as from it, so that a walk only ends where it began. Only corners where it turns are kept. */
  private walk(start: number): Ring {
    const ring: Ring = [];
    let at = start;
    for (let to = this.next.get(at)?.pop(); to !== undefined; to = this.next.get(at)?.pop()) {
      this.turn(ring, at, to);
      at = to;
      if (at === start) break;
    }
    return ring;
  }

  private turn(ring: Ring, at: number, to: number): void {
    const x = at % this.stride;
    const y = Math.floor(at / this.stride);
    const across = Math.floor(to / this.stride) === y;
    const lastX = ring.at(-2);
    const lastY = ring.at(-1);
    const cameAcross = lastY === y && lastX !== x;
    if (ring.length === 0 || cameAcross !== across) ring.push(x, y);
  }
}
