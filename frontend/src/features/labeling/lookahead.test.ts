import { beforeEach, describe, expect, it } from 'vitest';
import type { TaskView } from '../../api/types';
import { Lookahead } from './lookahead';
import type { TaskHold } from './task_hold';

const task = (id: string) => ({ id }) as TaskView;
let asked: string[][];
let answers: (string | null)[];
let released: string[];
let renewing: Map<string, () => void>;
let taken: Set<string>;
let holds: Map<string, TaskHold>;

const made = () =>
  new Lookahead({
    holding: () => ['a'],
    next: async (besides) => {
      asked.push([...besides]);
      const id = answers.shift() ?? null;
      return id === null ? null : task(id);
    },
    hold: async ({ id }) => {
      if (taken.has(id)) return null;
      const hold: TaskHold = { saveBefore: () => undefined, onGone: () => undefined, release: () => holds.delete(id) };
      holds.set(id, hold);
      return hold;
    },
    prepare: async (each) => ({ task: each, opening: { service: [], start: [], local: 'none', kept: [] } }),
    renew: ({ id }, onLost) => {
      renewing.set(id, onLost);
      return () => renewing.delete(id);
    },
    release: ({ id }) => released.push(id),
  });

beforeEach(() => {
  [asked, answers, released, renewing, taken, holds] = [[], [], [], new Map(), new Set(), new Map()];
});

describe('looking ahead', () => {
  it('leases two tasks besides the one in hand, renews them, and hands them out in order', async () => {
    answers = ['b', 'c'];
    const ahead = made();
    await ahead.fill();
    expect(asked).toEqual([['a'], ['a', 'b']]);
    expect([...renewing.keys()]).toEqual(['b', 'c']);
    expect((await ahead.take())?.task.id).toBe('b');
    expect([...renewing.keys()]).toEqual(['c']);
    expect(holds.has('b')).toBe(true);
    expect(released).toEqual([]);
  });
  it('hands out the one that is on its way', async () => {
    answers = ['b', 'c'];
    const ahead = made();
    const filling = ahead.fill();
    expect((await ahead.take())?.task.id).toBe('b');
    await filling;
    expect(renewing.has('b')).toBe(false);
  });
  it('leaves alone what another tab works on', async () => {
    taken.add('b');
    answers = ['b', 'c', 'd'];
    const ahead = made();
    await ahead.fill();
    expect(asked).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']]);
    expect([(await ahead.take())?.task.id, (await ahead.take())?.task.id]).toEqual(['c', 'd']);
  });
  it('gives back what waits when one leaves, and what comes later', async () => {
    answers = ['b', 'c'];
    const ahead = made();
    const filling = ahead.fill();
    ahead.leave();
    await filling;
    expect(released).toEqual(['b']);
    await ahead.fill();
    ahead.leave();
    expect(released).toEqual(['b', 'c']);
    expect([renewing.size, holds.size]).toEqual([0, 0]);
  });
  it('forgets a task whose lease was lost', async () => {
    answers = ['b', null];
    const ahead = made();
    await ahead.fill();
    renewing.get('b')?.();
    expect([await ahead.take(), holds.size, released.length]).toEqual([null, 0, 0]);
  });
});
