// Submitted answers on their way: each is kept before it is sent, and sent until the service has taken or refused it.
import type { LocalStore, OutboxEntry, Refusal } from './local_store';

/** What a failed sending means for the entry. */
export type Verdict =
  | { kind: 'arrived' }
  /** `lost` is the connection itself: nothing else gets through either. */
  | { kind: 'later'; lost: boolean }
  /** Nobody is signed in any more. */
  | { kind: 'session' }
  | { kind: 'refused'; refusal: Refusal };

export type Pause = 'lost' | 'session' | 'unwell' | null;

export interface OutboxState {
  /** Not arrived and not refused, oldest first. */
  waiting: readonly OutboxEntry[];
  refused: readonly OutboxEntry[];
  /** Why nothing is being sent although something waits. */
  pause: Pause;
  lasting: boolean;
}

export interface OutboxPorts {
  user: string;
  store: LocalStore;
  send: (entry: OutboxEntry) => Promise<Verdict>;
  /** Runs the work while no other tab of this browser sends. */
  alone: (work: () => Promise<void>) => Promise<void>;
  /** Calls back later; answers the way to call it off. */
  later: (ms: number, run: () => void) => () => void;
  /** Tells the other tabs that the entries changed. */
  tell: () => void;
}

const WAITS_MS = [500, 1_000, 2_000, 5_000, 15_000];

export class Outbox {
  state: OutboxState;
  private readonly ports: OutboxPorts;
  private readonly listeners = new Set<() => void>();
  private failures = 0;
  private running: Promise<void> | null = null;
  private again = false;
  private cancel = () => {};

  constructor(ports: OutboxPorts) {
    this.ports = ports;
    this.state = { waiting: [], refused: [], pause: null, lasting: ports.store.lasting };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Keeps the answer, then begins to send it. Once this resolves the answer is safe. */
  async add(entry: OutboxEntry): Promise<void> {
    await this.ports.store.putEntry(entry);
    await this.reread();
    this.ports.tell();
    void this.flush();
  }

  /** Forgets an answer that was refused. */
  async discard(key: string): Promise<void> {
    await this.ports.store.dropEntry(this.ports.user, key);
    await this.reread();
    this.ports.tell();
  }

  /** Sends what waits, now; resolves once all of it was tried. */
  flush = (): Promise<void> => {
    this.again = this.running !== null;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  };

  /** Resolves once `holds` is true of the state. */
  until(holds: (state: OutboxState) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this.state)) return;
        stop();
        resolve();
      };
      const stop = this.subscribe(look);
      look();
    });
  }

  /** Takes over what another tab changed. */
  reread = async (): Promise<void> => {
    const entries = await this.ports.store.entriesOf(this.ports.user);
    this.set({ waiting: entries.filter((each) => !each.refusal), refused: entries.filter((each) => each.refusal) });
  };

  stop(): void {
    this.cancel();
    this.listeners.clear();
  }

  private async run(): Promise<void> {
    this.cancel();
    do {
      this.again = false;
      await this.ports.alone(() => this.sendAll());
    } while (this.again);
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length) - 1];
    if (wait !== undefined) this.cancel = this.ports.later(wait, () => void this.flush());
  }

  private async sendAll(): Promise<void> {
    await this.reread();
    let pause: Pause = null;
    for (const entry of this.state.waiting) {
      const verdict = await this.ports.send(entry);
      if (verdict.kind === 'arrived') await this.arrived(entry);
      else if (verdict.kind === 'refused') await this.ports.store.putEntry({ ...entry, refusal: verdict.refusal });
      else pause = verdict.kind === 'session' ? 'session' : verdict.lost ? 'lost' : 'unwell';
      if (verdict.kind === 'arrived' || verdict.kind === 'refused') {
        await this.reread();
        this.ports.tell();
      }
      // One answer that the service cannot take now does not hold up the others; a lost connection does.
      if (pause === 'lost' || pause === 'session') break;
    }
    this.failures = pause ? this.failures + 1 : 0;
    this.set({ pause });
  }

  private async arrived(entry: OutboxEntry): Promise<void> {
    const { store, user } = this.ports;
    // The drafts first: were the tab to end in between, the entry is sent once more, and counts once.
    await store.dropDrafts(user, entry.task);
    await store.dropEntry(user, entry.key);
  }

  private set(change: Partial<OutboxState>): void {
    this.state = { ...this.state, ...change, lasting: this.ports.store.lasting };
    this.listeners.forEach((listener) => listener());
  }
}
