import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../document';
import { DraftSync, type SaveOutcome, type SaveState } from './draft_sync';
import { openingOf, sameAnswer } from './local_draft';
import type { LocalDraft } from './local_store';

const answer = (...names: string[]): Answer => names.map((name, index) => ({ id: `c${index}`, layer: 'l', kind: 'classification', class: name, attributes: {} }));

let saves: [number, string][];
let kept: string[];
let outcomes: SaveOutcome[];
let states: SaveState[];
let timers: { ms: number; run: () => void }[];
let lost: boolean;

const made = (revision = 0, stored = answer()) =>
  new DraftSync(
    {
      save: async (at, items) => {
        saves.push([at, items.map((each) => each.class).join()]);
        return outcomes.shift() ?? { kind: 'saved', revision: at + 1 };
      },
      keep: async (at, items) => {
        kept.push(`${at}:${items.map((each) => each.class).join()}`);
        return true;
      },
      forget: async () => {
        kept.push('forgotten');
      },
      later: (ms, run) => {
        const timer = { ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
      onState: (state) => states.push(state),
      onLost: () => {
        lost = true;
      },
    },
    revision,
    stored,
  );

beforeEach(() => {
  [saves, kept, outcomes, states, timers, lost] = [[], [], [], [], [], false];
});

describe('a draft', () => {
  it('is kept in the browser at once and saved within a second, one revision after another', async () => {
    const sync = made(4);
    sync.change(answer('a'));
    expect(kept).toEqual(['4:a']);
    expect(timers.map(({ ms }) => ms)).toEqual([300]);
    await sync.flush();
    sync.change(answer('b'));
    await sync.flush();
    expect(saves).toEqual([[4, 'a'], [5, 'b']]);
    expect([states.at(-1), kept.at(-1)]).toEqual(['saved', 'forgotten']);
  });
  it('is saved also while one never pauses', () => {
    const sync = made();
    for (let edit = 0; edit < 30; edit += 1) sync.change(answer(String(edit)));
    const planned = timers.length;
    sync.change(answer('more'));
    expect([planned, timers.length]).toEqual([1, 1]);
  });
  it('stays in the browser while the service is away, and is tried again', async () => {
    outcomes = [{ kind: 'later' }];
    const sync = made();
    sync.change(answer('a'));
    await sync.flush();
    expect(states.at(-1)).toBe('kept');
    await sync.flush();
    expect([states.at(-1), saves.length]).toEqual(['saved', 2]);
  });
  it('never overwrites what another tab saved, until one chooses', async () => {
    outcomes = [{ kind: 'stale' }];
    const sync = made();
    sync.change(answer('mine'));
    await sync.flush();
    sync.change(answer('mine', 'more'));
    await sync.flush();
    expect([saves.length, states.at(-1)]).toEqual([1, 'conflict']);
    sync.rebase(7, answer('theirs'));
    await sync.flush();
    expect(saves.at(-1)).toEqual([7, 'mine,more']);
  });
  it('goes with its lease, but not when its own answer overtook it', async () => {
    outcomes = [{ kind: 'lost' }, { kind: 'lost' }];
    const sync = made();
    sync.change(answer('a'));
    const saving = sync.flush();
    sync.stop();
    await saving;
    expect(lost).toBe(false);
    sync.resume();
    await sync.flush();
    expect(lost).toBe(true);
  });
});

describe('opening a task', () => {
  const local = (revision: number, items: Answer, saved_at = 1): LocalDraft => ({ user: 'u', task: 't', fence: 1, revision, items: [...items], saved_at });
  const task = (revision: number, items: Answer) => ({ draft: { revision, result: { items: [...items] } }, previous: null });
  it('uses the local draft that builds on the service\'s', () => {
    const opening = openingOf(task(2, answer('a')), [local(2, answer('old'), 1), local(2, answer('b'), 2)]);
    expect([opening.local, opening.start, opening.service]).toEqual(['newer', answer('b'), answer('a')]);
  });
  it('uses the service\'s where both went on, and offers the other', () => {
    const opening = openingOf(task(3, answer('a')), [local(2, answer('b'))]);
    expect([opening.local, opening.start, opening.kept]).toEqual(['forked', answer('a'), answer('b')]);
  });
  it('says nothing where both are equal or there is none', () => {
    expect(openingOf(task(3, answer('a')), [local(2, answer('a'))]).local).toBe('none');
    expect(openingOf({ draft: null, previous: null }, [])).toMatchObject({ local: 'none', start: [] });
    expect(openingOf({ draft: null, previous: null }, [local(0, answer('a'))]).local).toBe('newer');
  });
  it('compares what answers say, not how they are written', () => {
    const [one] = answer('a');
    if (!one) throw new Error('empty');
    expect(sameAnswer([{ class: 'a', kind: 'classification', layer: 'l', id: 'c0' }], [one])).toBe(true);
    expect(sameAnswer([{ ...one, attributes: { x: 1 } }], [one])).toBe(false);
  });
});
