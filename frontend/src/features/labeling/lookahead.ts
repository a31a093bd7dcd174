// Leases the next tasks while one is on the stage, so that they stand at once. No DOM.
import type { TaskView } from '../../api/types';
import type { Opening } from './kept/local_draft';
import type { TaskHold } from './task_hold';

export interface LookaheadPorts {
  /** The tasks that the person has on the stage or whose answers are on their way. */
  holding: () => readonly string[];
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
  /** The task that is being leased now. */
  private step: Promise<boolean> | null = null;
  private left = false;

  constructor(ports: LookaheadPorts) {
    this.ports = ports;
  }

  /** Leases until enough wait. */
  async fill(): Promise<void> {
    if (this.step) return;
    this.left = false;
    try {
      do this.step = this.one();
      while ((await this.step) && this.ready.length < AHEAD);
    } catch {
      // No connection: the next task on the stage asks again.
    } finally {
      this.step = null;
    }
  }

  /** Whether a task waits. */
  get waits(): boolean {
    return this.ready.length > 0;
  }

  /** The one that waits longest, for the stage; also one that is on its way, which the service counts as handed out. */
  async take(): Promise<Ready | null> {
    while (!this.waits && this.step) await this.step.catch(() => false).then(() => Promise.resolve());
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

  private async one(): Promise<boolean> {
    const besides = [...new Set([...this.ports.holding(), ...this.elsewhere, ...this.ready.map(({ task }) => task.id)])];
    const task = await this.ports.next(besides);
    if (!task) return false;
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
