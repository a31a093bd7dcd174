import { describe, expect, it } from 'vitest';
import { intersects } from './geometry';
import { Grid } from './grid';

const shapes = Array.from({ length: 10_000 }, (_, index) => ({
  id: `s${index}`, bounds: { x: (index * 37) % 4000, y: (index * 91) % 3000, width: 5 + (index % 60), height: 5 + (index % 40) },
}));

describe('grid', () => {
  it('finds what a look at every shape finds, in the same order', () => {
    const wide = { id: 'wide', bounds: { x: 0, y: 0, width: 4000, height: 3000 } };
    const all = [wide, ...shapes];
    const grid = new Grid(all);
    for (const rect of [{ x: 100, y: 100, width: 0, height: 0 }, { x: -50, y: 900, width: 300, height: 200 }, { x: 9000, y: 9000, width: 10, height: 10 }, { x: 0, y: 0, width: 4000, height: 3000 }]) {
      expect(grid.search(rect).map((shape) => shape.id)).toEqual(all.filter((shape) => intersects(shape.bounds, rect)).map((shape) => shape.id));
    }
    expect([grid.count({ x: -9, y: -9, width: 9000, height: 9000 }), grid.count({ x: 9000, y: 9000, width: 1, height: 1 })]).toEqual([10_001, 0]);
    expect(grid.get('s77')).toBe(shapes[77]);
    expect(grid.get(null)).toBeUndefined();
  });
  it('serves none, and many in one place', () => {
    expect(new Grid([]).search({ x: 0, y: 0, width: 9, height: 9 })).toEqual([]);
    const heap = Array.from({ length: 50 }, (_, index) => ({ id: `${index}`, bounds: { x: 3, y: 3, width: 0, height: 0 } }));
    expect(new Grid(heap).search({ x: 2, y: 2, width: 2, height: 2 })).toHaveLength(50);
  });
});
