import { describe, expect, it } from 'vitest';
import { layLanes, type Knot } from './lanes';

const knots = (text: string): Knot[] => text.trim().split('\n').map((line) => {
  const [hash = '', ...parents] = line.trim().split(/\s+/);
  return { hash, parents };
});
const columns = (text: string, trunk?: string) => layLanes(knots(text), trunk).map((row) => `${row.hash}${row.column}`).join(' ');

describe('lanes', () => {
  it('keep a straight history in one column, without a line above its head or below its root', () => {
    const rows = layLanes(knots('c b\nb a\na'));
    expect(rows.map(({ column, arriving, passing, leaving, width }) => [column, arriving.length, passing.length, leaving.length, width])).toEqual([[0, 0, 0, 1, 1], [0, 1, 0, 1, 1], [0, 1, 0, 0, 1]]);
  });
  it('draw a merge as two lines that leave it and meet again', () => {
    const rows = layLanes(knots('m a b\nb r\na r\nr'));
    expect(rows.map((row) => row.column)).toEqual([0, 1, 0, 0]);
    expect(rows[0]?.leaving).toEqual([{ from: 0, to: 0, color: 0 }, { from: 0, to: 1, color: 1 }]);
    expect(rows[1]?.passing).toEqual([{ from: 0, to: 0, color: 0 }]);
    expect(rows[3]?.arriving).toEqual([{ from: 0, to: 0, color: 0 }, { from: 1, to: 0, color: 1 }]);
  });
  it('give the trunk the first column, even when another branch is newer', () => {
    expect(columns('x y\ny r\nm r\nr', 'm')).toBe('x1 y1 m0 r0');
    const [first] = layLanes(knots('x y\ny r\nm r\nr'), 'm');
    expect(first?.passing).toEqual([]);
  });
  it('let a branch that grew from the trunk join it', () => {
    const rows = layLanes(knots('x m\nm r\nr'), 'm');
    expect(rows.map((row) => row.column)).toEqual([1, 0, 0]);
    expect(rows[1]?.arriving).toEqual([{ from: 1, to: 0, color: 1 }]);
  });
  it('use a column again once its line has ended', () => {
    expect(columns('m a b\nb a\nn a\na')).toBe('m0 b1 n2 a0');
    expect(columns('x r\ny x2\nx2 r\nr q\nz q\nq')).toBe('x0 y1 x21 r0 z1 q0');
  });
  it('follow a merge of more than two', () => {
    const [first] = layLanes(knots('m a b c\na r\nb r\nc r\nr'));
    expect(first?.leaving.map((line) => line.to)).toEqual([0, 1, 2]);
    expect(first?.width).toBe(3);
  });
  it('do not change what stands when a further page comes', () => {
    const all = knots('m a b\nb c\na c\nc d\nx d\nd e\ne');
    for (let count = 1; count <= all.length; count += 1) expect(layLanes(all.slice(0, count))).toEqual(layLanes(all).slice(0, count));
  });
  it('join every line of a random history to its parent', () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 40; round += 1) {
      const count = 2 + random(40);
      const all: Knot[] = Array.from({ length: count }, (_, index) => {
        const older = count - index - 1;
        const parents = older === 0 ? [] : [...new Set([index + 1 + random(Math.min(older, 4)), ...(random(4) === 0 ? [index + 1 + random(older)] : [])])];
        return { hash: String(index), parents: parents.map(String) };
      });
      const rows = layLanes(all);
      rows.forEach((row, index) => {
        const bottom = [...row.passing, ...row.leaving].map((line) => line.to);
        const next = rows[index + 1];
        const top = next ? [...next.passing, ...next.arriving].map((line) => line.from) : [];
        if (next) expect([...new Set(bottom)].sort()).toEqual([...new Set(top)].sort());
        expect(row.leaving).toHaveLength(all[index]?.parents.length ?? -1);
        expect(row.arriving.every((line) => line.to === row.column)).toBe(true);
      });
    }
  });
});
