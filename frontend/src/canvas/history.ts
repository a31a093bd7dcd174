// The command stack: everything that changes a document goes through it, so everything can be undone. Pure.

/** One change and its inverse. */
export interface Command<S> {
  /** What it did, as a translation key's last part. */
  name: string;
  /** Commands of one run, such as the letters of a text, are undone together. */
  run?: string | undefined;
  apply: (state: S) => S;
  revert: (state: S) => S;
}

export interface History<S> {
  state: S;
  past: readonly Command<S>[];
  future: readonly Command<S>[];
}

export const startHistory = <S>(state: S): History<S> => ({ state, past: [], future: [] });

export const canUndo = <S>(history: History<S>): boolean => history.past.length > 0;
export const canRedo = <S>(history: History<S>): boolean => history.future.length > 0;

/** Applies a command; what had been undone is forgotten. */
export function execute<S>(history: History<S>, command: Command<S>): History<S> {
  const last = history.past.at(-1);
  const goesOn = command.run !== undefined && last?.run === command.run;
  const past = goesOn ? [...history.past.slice(0, -1), { ...command, revert: last.revert }] : [...history.past, command];
  return { state: command.apply(history.state), past, future: [] };
}

export function undo<S>(history: History<S>): History<S> {
  const command = history.past.at(-1);
  if (!command) return history;
  return { state: command.revert(history.state), past: history.past.slice(0, -1), future: [command, ...history.future] };
}

export function redo<S>(history: History<S>): History<S> {
  const [command, ...future] = history.future;
  if (!command) return history;
  return { state: command.apply(history.state), past: [...history.past, command], future };
}
