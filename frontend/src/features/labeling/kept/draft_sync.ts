// Keeps one task's draft: at once in this browser, and within a second of the last edit in the service. No DOM.
import type { Answer } from '../document';

/** `kept`: the service cannot be reached, this browser has it. `failed`: neither has it. */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'kept' | 'failed' | 'conflict';

export type SaveOutcome = { kind: 'saved'; revision: number } | { kind: 'lost' } | { kind: 'stale' } | { kind: 'later' };

export interface DraftPorts {
  /** Stores a draft that follows `revision` in the service. */
  save: (revision: number, answer: Answer) => Promise<SaveOutcome>;
  /** Stores it in this browser; false where that is not possible. */
  keep: (revision: number, answer: Answer) => Promise<boolean>;
  /** Drops what this browser kept. */
  forget: () => Promise<void>;
  later: (ms: number, run: () => void) => () => void;
  onState: (state: SaveState) => void;
  onLost: () => void;
}

const WAIT_MS = 300;
/** After so many edits without a pause it is saved all the same. */
const EDITS_AT_MOST = 10;
const AGAIN_MS = 3_000;

export class DraftSync {
  private readonly ports: DraftPorts;
  private revision: number;
  /** What the service has. */
  private stored: Answer;
  private current: Answer;
  private sending: Promise<void> | null = null;
  private keeping: Promise<boolean> | null = null;
  private kept = false;
  private stopped = false;
  private conflict = false;
  private edits = 0;
  private cancel = () => {};

  constructor(ports: DraftPorts, revision: number, stored: Answer) {
    this.ports = ports;
    this.revision = revision;
    this.stored = stored;
    this.current = stored;
  }

  /** The answer was edited. */
  change(answer: Answer): void {
    if (answer === this.current) return;
    this.current = answer;
    this.ports.onState(this.conflict ? 'conflict' : 'unsaved');
    void this.keepLatest();
    this.edits += 1;
    if (this.edits <= EDITS_AT_MOST) this.plan(WAIT_MS);
  }

  /** Saves now; resolves once the service has it or has refused it. */
  async flush(): Promise<void> {
    if (this.sending) await this.sending;
    await this.send();
  }

  /** The answer itself is on its way: no draft leaves any more. */
  stop(): void {
    this.stopped = true;
    this.cancel();
  }

  resume(): void {
    this.stopped = false;
    if (this.current !== this.stored) this.plan(WAIT_MS);
  }

  /** Goes on from what the service has now, with this answer or that one. */
  rebase(revision: number, stored: Answer, current: Answer = this.current): void {
    this.revision = revision;
    this.stored = stored;
    this.current = current;
    this.conflict = false;
    this.plan(0);
  }

  private plan(ms: number): void {
    this.cancel();
    if (!this.stopped) this.cancel = this.ports.later(ms, () => void this.send());
  }

  private send(): Promise<void> {
    if (this.sending || this.stopped || this.conflict) return this.sending ?? Promise.resolve();
    this.cancel();
    if (this.current === this.stored) {
      this.ports.onState('saved');
      return this.ports.forget();
    }
    this.sending = this.attempt(this.current).finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async attempt(answer: Answer): Promise<void> {
    this.edits = 0;
    this.ports.onState('saving');
    const outcome = await this.ports.save(this.revision, answer);
    if (outcome.kind === 'saved') {
      this.revision = outcome.revision;
      this.stored = answer;
      if (this.current === answer) {
        await this.keeping;
        await this.ports.forget();
      } else {
        // What this browser keeps builds on the new revision from now on.
        void this.keepLatest();
        this.plan(WAIT_MS);
      }
      return this.ports.onState(this.current === answer ? 'saved' : 'unsaved');
    }
    // A draft that was overtaken by its own answer lost nothing.
    if (this.stopped) return;
    if (outcome.kind === 'lost') return this.ports.onLost();
    if (outcome.kind === 'stale') {
      this.conflict = true;
      return this.ports.onState('conflict');
    }
    await this.keepLatest();
    this.ports.onState(this.kept ? 'kept' : 'failed');
    this.plan(AGAIN_MS);
  }

  /** One write at a time; the last edit is always the one that stays. */
  private async keepLatest(): Promise<void> {
    if (this.keeping) await this.keeping;
    const answer = this.current;
    if (answer === this.stored) return;
    const writing = this.ports.keep(this.revision, answer);
    this.keeping = writing;
    this.kept = await writing;
  }
}
