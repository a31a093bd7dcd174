import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../../api/client';
import type { LocalStore, OutboxEntry } from './local_store';
import { orMemory } from './local_store';
import { memoryStore } from './memory_store';
import { Outbox, type Verdict } from './outbox';
import { verdictOf } from './verdict';

const entry = (key: string, queued_at = 0): OutboxEntry => ({
  user: 'u', key, workspace: 'w', project: 'p', task: `task of ${key}`, sample: key, body: { fence: 1, result: { items: [] } }, queued_at, refusal: null,
});

let store: LocalStore;
let sent: string[];
let verdicts: Record<string, Verdict[]>;
let timers: { ms: number; run: () => void }[];

const made = (on: LocalStore = store) =>
  new Outbox({
    user: 'u', store: on,
    send: async ({ key }) => {
      sent.push(key);
      return verdicts[key]?.shift() ?? { kind: 'arrived' };
    },
    alone: (work) => work(),
    later: (ms, run) => {
      timers.push({ ms, run });
      return () => {};
    },
    tell: () => {},
  });

beforeEach(() => {
  store = memoryStore();
  sent = [];
  verdicts = {};
  timers = [];
});

const LOST: Verdict = { kind: 'later', lost: true };
const idle = (outbox: Outbox) => outbox.until(({ waiting, pause }) => waiting.length === 0 || pause !== null);

describe('the outbox', () => {
  it('keeps an answer before it sends it, and forgets it and its draft once it arrived', async () => {
    await store.putDraft({ user: 'u', task: 'task of a', fence: 1, revision: 0, items: [], saved_at: 0 });
    const outbox = made();
    await outbox.add(entry('a'));
    await idle(outbox);
    expect(sent).toEqual(['a']);
    expect(await store.entriesOf('u')).toEqual([]);
    expect(await store.draftsOf('u', 'task of a')).toEqual([]);
  });

  it('sends again with the same key after a lost connection, the oldest first, and waits longer each time', async () => {
    verdicts['a'] = [LOST, LOST];
    await store.putEntry(entry('b', 2));
    await store.putEntry(entry('a', 1));
    const outbox = made();
    await outbox.flush();
    expect([outbox.state.waiting.length, outbox.state.pause]).toEqual([2, 'lost']);
    await outbox.flush();
    expect(timers.map(({ ms }) => ms)).toEqual([500, 1000]);
    timers.at(-1)?.run();
    await outbox.until(({ waiting }) => waiting.length === 0);
    expect(sent).toEqual(['a', 'a', 'a', 'b']);
  });

  it('goes on after a reload with what the last page kept', async () => {
    verdicts['a'] = [LOST];
    const before = made();
    await before.add(entry('a'));
    await idle(before);
    before.stop();
    const after = made();
    await after.flush();
    expect(sent).toEqual(['a', 'a']);
    expect(await store.entriesOf('u')).toEqual([]);
  });

  it('keeps what was refused for good until one discards it, and sends the others', async () => {
    verdicts['a'] = [{ kind: 'refused', refusal: { code: 'lease_lost', title: 'gone' } }];
    const outbox = made();
    await outbox.add(entry('a', 1));
    await outbox.add(entry('b', 2));
    await outbox.until(({ waiting }) => waiting.length === 0);
    await outbox.flush();
    expect(outbox.state.refused.map(({ key, refusal }) => [key, refusal?.code])).toEqual([['a', 'lease_lost']]);
    expect(sent).toEqual(['a', 'b']);
    await outbox.discard('a');
    expect(await store.entriesOf('u')).toEqual([]);
  });

  it('waits for a session, and does not hold up other answers for one the service cannot take now', async () => {
    verdicts['a'] = [{ kind: 'session' }];
    const outbox = made();
    await outbox.add(entry('a', 1));
    await idle(outbox);
    expect(outbox.state.pause).toBe('session');
    verdicts['a'] = [{ kind: 'later', lost: false }];
    await outbox.add(entry('b', 2));
    await outbox.until(({ pause }) => pause === 'unwell');
    expect(outbox.state.waiting.map(({ key }) => key)).toEqual(['a']);
    expect(sent).toEqual(['a', 'a', 'b']);
  });
});

describe('the local store', () => {
  it('goes on in memory when the database refuses, and says so', async () => {
    const full: LocalStore = { ...memoryStore(), lasting: true, putEntry: () => Promise.reject(new Error('full')) };
    const either = orMemory(full, memoryStore());
    expect(either.lasting).toBe(true);
    await either.putEntry(entry('a'));
    expect(either.lasting).toBe(false);
    expect((await either.entriesOf('u')).map(({ key }) => key)).toEqual(['a']);
    await either.dropEntry('u', 'a');
    expect(await either.entriesOf('u')).toEqual([]);
  });

  it('keeps people apart', async () => {
    await store.putEntry(entry('a'));
    await store.putEntry({ ...entry('a'), user: 'v' });
    await store.clear('u');
    expect([(await store.entriesOf('u')).length, (await store.entriesOf('v')).length]).toEqual([0, 1]);
  });
});

describe('what a failure means', () => {
  const of = (status: number, code = 'c') => verdictOf(new ApiError({ title: 't', status, code }));
  it('is told by status and code', () => {
    expect(of(0)).toEqual({ kind: 'later', lost: true });
    expect([of(500).kind, of(503).kind, of(429).kind, of(409, 'conflict').kind]).toEqual(['later', 'later', 'later', 'later']);
    expect([of(401).kind, of(403, 'csrf_missing').kind]).toEqual(['session', 'session']);
    expect([of(409, 'lease_lost').kind, of(422, 'annotation_invalid').kind, of(404).kind, of(403, 'forbidden').kind]).toEqual(['refused', 'refused', 'refused', 'refused']);
  });
});
