// Leases the next tasks while one is on the stage, so that they stand at once. No DOM.
import type { TaskView } from '../../api/types';
import type { Opening } from './kept/local_draft';
import type { TaskHold } from './task_hold';

export interface LookaheadPorts {
  /** The next task for the person besides these, leased; null when there is none. */
  next: (besides: readonly string[]) => Promise<TaskView | null>;
  /** Null where another tab of the person works on it. */
  hold: (task: TaskView) => Promise<TaskHold | null>;
  /** Makes the task ready for the stage: its picture, its draft. */
  prepare: (task: TaskView) => Promise<Prepared>;
  /** Renews its lease until it is stopped. */
  renew: (task: TaskView, onLost: () => void) => () => void;
  /** Gives its lease back. */
  release: (task: TaskView) => void;
}

/** A task with all that the stage needs. */
export interface Prepared {
  task: TaskView;
  opening: Opening;
}

export interface Ready extends Prepared {
  hold: TaskHold;
}

/** So many tasks wait: few, since nobody else can have them. */
const AHEAD = 2;

export class Lookahead {
  private readonly ports: LookaheadPorts;
  private ready: (Ready & { stop: () => void })[] = [];
  /** Tasks that other tabs of the person work on. */
  private readonly elsewhere = new Set<string>();
  private supported = true;
  private filling = false;
  private left = false;

  constructor(ports: LookaheadPorts) {
    this.ports = ports;
  }

  /** Leases until enough wait. `holding`: what the person has in hand or on its way. */
  async fill(holding: readonly string[]): Promise<void> {
    if (this.filling || !this.supported) return;
    this.filling = true;
    this.left = false;
    try {
      while (this.ready.length < AHEAD && (await this.one(holding)));
    } catch {
      // No connection: the next task on the stage asks again.
    } finally {
      this.filling = false;
    }
  }

  /** Whether a task waits. */
  get waits(): boolean {
    return this.ready.length > 0;
  }

  /** The one that waits longest, for the stage. */
  take(): Ready | null {
    const first = this.ready.shift();
    first?.stop();
    return first ?? null;
  }

  /** One leaves: what waits goes back. */
  leave(): void {
    this.left = true;
    const all = this.ready;
    this.ready = [];
    for (const each of all) this.drop(each);
  }

  private async one(holding: readonly string[]): Promise<boolean> {
    const besides = [...new Set([...holding, ...this.elsewhere, ...this.ready.map(({ task }) => task.id)])];
    const task = await this.ports.next(besides);
    if (!task) return false;
    // A service that hands out one task at a time answers the one in hand.
    this.supported = !besides.includes(task.id);
    if (!this.supported) return false;
    const hold = await this.ports.hold(task);
    if (!hold) {
      this.elsewhere.add(task.id);
      return true;
    }
    const prepared = await this.ports.prepare(task);
    if (this.left) {
      hold.release();
      this.ports.release(task);
      return false;
    }
    const gone = () => {
      this.ready = this.ready.filter((each) => each.task !== task);
      stop();
    };
    const stop = this.ports.renew(task, () => {
      gone();
      hold.release();
    });
    hold.onGone = gone;
    this.ready.push({ ...prepared, hold, stop });
    return true;
  }

  private drop({ task, hold, stop }: Ready & { stop: () => void }): void {
    stop();
    hold.release();
    this.ports.release(task);
  }
}
