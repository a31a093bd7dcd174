// One tab at a time works on a task: a lock among the tabs of this browser, and a way to ask for it.

/** This tab's right to work on a task. */
export interface TaskHold {
  /** Sets what is done before the task goes to a tab that asks for it. */
  saveBefore: (save: () => Promise<void>) => void;
  /** The task went to another tab. */
  onGone: () => void;
  release: () => void;
}

/** So long a tab may take to save before the task is taken from it. */
const PATIENCE_MS = 3_000;

const lockOf = (user: string, task: string) => `strata-task/${user}/${task}`;

/** Null where another tab has the task. */
export const holdTask = (user: string, task: string): Promise<TaskHold | null> => requested(user, task, { ifAvailable: true });

/** Asks the tab that has the task to save and let go; one that does not answer loses it. */
export async function takeOver(user: string, task: string): Promise<TaskHold | null> {
  const asking = new BroadcastChannel(lockOf(user, task));
  asking.postMessage('asked');
  asking.close();
  const given = await requested(user, task, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return given ?? requested(user, task, { steal: true });
}

async function requested(user: string, task: string, options: LockOptions): Promise<TaskHold | null> {
  const name = lockOf(user, task);
  const { locks } = navigator as { locks?: LockManager };
  // Without locks (a page over plain HTTP) the revision of the draft is what keeps tabs from overwriting each other.
  if (!locks) return { saveBefore: () => undefined, onGone: () => undefined, release: () => undefined };
  return new Promise((answer) => {
    let hold: TaskHold | null = null;
    const granted = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) {
        answer(null);
        return undefined;
      }
      return new Promise((free) => {
        const channel = new BroadcastChannel(name);
        let save = () => Promise.resolve();
        const made: TaskHold = {
          saveBefore: (how) => {
            save = how;
          },
          onGone: () => undefined,
          release: () => {
            channel.close();
            free();
          },
        };
        channel.onmessage = () => void save().finally(() => {
          made.release();
          made.onGone();
        });
        hold = made;
        answer(made);
      });
    };
    // Rejected: the wait was too long, or the lock was taken from this tab.
    locks.request(name, options, granted).catch(() => {
      hold?.release();
      hold?.onGone();
      answer(null);
    });
  });
}
