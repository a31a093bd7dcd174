// A flat index of shapes by place: what is near a point, what is in view. Pure.
import { intersects, type Rect } from './geometry';

export interface Placed {
  id: string;
  bounds: Rect;
}

/** What covers more cells than this is kept apart and looked at each time: there are few such. */
const MANY_CELLS = 64;
const MOST_CELLS = 96;

/** Finds shapes by rectangle. Built once for a list; answers come in the list's order. */
export class Grid<T extends Placed> {
  readonly shapes: readonly T[];
  private readonly cells = new Map<number, number[]>();
  private readonly large: number[] = [];
  private readonly ids: ReadonlyMap<string, T>;
  private readonly side: number;
  private readonly extent: Rect;

  constructor(shapes: readonly T[]) {
    this.shapes = shapes;
    this.ids = new Map(shapes.map((shape) => [shape.id, shape]));
    this.side = Math.min(MOST_CELLS, Math.max(1, Math.ceil(Math.sqrt(shapes.length))));
    this.extent = around(shapes);
    shapes.forEach((shape, index) => this.put(shape.bounds, index));
  }

  get(id: string | null): T | undefined {
    return id === null ? undefined : this.ids.get(id);
  }

  /** What touches the rectangle, in the order of the list. */
  search(rect: Rect): T[] {
    const found = new Set<number>(this.large);
    const [left, top, right, bottom] = this.range(rect);
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        for (const index of this.cells.get(row * this.side + column) ?? []) found.add(index);
      }
    }
    const hits: T[] = [];
    for (const index of [...found].sort((a, b) => a - b)) {
      const shape = this.shapes[index];
      if (shape && intersects(shape.bounds, rect)) hits.push(shape);
    }
    return hits;
  }

  /** How many touch the rectangle; of all, without looking at each. */
  count(rect: Rect): number {
    const { x, y, width, height } = this.extent;
    const all = rect.x <= x && rect.y <= y && rect.x + rect.width >= x + width && rect.y + rect.height >= y + height;
    return all ? this.shapes.length : this.search(rect).length;
  }

  private put(bounds: Rect, index: number): void {
    const [left, top, right, bottom] = this.range(bounds);
    if ((right - left + 1) * (bottom - top + 1) > MANY_CELLS) {
      this.large.push(index);
      return;
    }
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const cell = row * this.side + column;
        const list = this.cells.get(cell);
        if (list) list.push(index);
        else this.cells.set(cell, [index]);
      }
    }
  }

  /** First and last column and row of a rectangle; what lies outside counts to the outermost. */
  private range(rect: Rect): [number, number, number, number] {
    const column = (x: number) => this.cell((x - this.extent.x) / this.extent.width);
    const row = (y: number) => this.cell((y - this.extent.y) / this.extent.height);
    return [column(rect.x), row(rect.y), column(rect.x + rect.width), row(rect.y + rect.height)];
  }

  private cell(part: number): number {
    return Math.min(this.side - 1, Math.max(0, Math.floor(part * this.side)));
  }
}

function around(shapes: readonly Placed[]): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const { bounds } of shapes) {
    left = Math.min(left, bounds.x);
    top = Math.min(top, bounds.y);
    right = Math.max(right, bounds.x + bounds.width);
    bottom = Math.max(bottom, bounds.y + bounds.height);
  }
  // Never without an extent: it is divided by.
  return left > right ? { x: 0, y: 0, width: 1, height: 1 } : { x: left, y: top, width: Math.max(right - left, 1e-6), height: Math.max(bottom - top, 1e-6) };
}
