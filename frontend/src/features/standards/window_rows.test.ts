import { describe, expect, it } from 'vitest';
import { windowOf } from './window_rows';

const rows = { count: 3000, rowHeight: 40, open: -1, openExtra: 0 };

describe('the window of a long list', () => {
  it('holds what is seen and a little more', () => {
    expect(windowOf(rows, 0, 400)).toEqual({ start: 0, end: 19, before: 0, after: (3000 - 19) * 40 });
    expect(windowOf(rows, 4000, 400)).toMatchObject({ start: 92, end: 119, before: 92 * 40 });
  });
  it('ends with the list', () => {
    expect(windowOf(rows, 3000 * 40, 400)).toMatchObject({ end: 3000, after: 0 });
    expect(windowOf({ ...rows, count: 0 }, 0, 400)).toEqual({ start: 0, end: 0, before: 0, after: 0 });
  });
  it('counts the height of the open row wherever it stands', () => {
    const open = { ...rows, open: 10, openExtra: 800 };
    for (const top of [0, 380, 600, 1200, 1300, 9000]) {
      const seen = windowOf(open, top, 400);
      const drawn = (seen.end - seen.start) * 40 + (seen.start <= 10 && seen.end > 10 ? 800 : 0);
      expect(seen.before + drawn + seen.after).toBe(3000 * 40 + 800);
      expect(seen.before).toBeLessThanOrEqual(top);
      expect(seen.before + drawn).toBeGreaterThanOrEqual(top + 400);
    }
  });
});
