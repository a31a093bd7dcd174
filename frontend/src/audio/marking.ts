// Marking stretches of a recording as a state machine: (state, input, scene) gives the next state and what is to happen. Pure, no DOM.

/** In seconds. */
export interface Interval {
  start: number;
  end: number;
}

export type Edge = 'start' | 'end';

export interface MarkState {
  /** What is selected and not yet an interval. */
  chosen: { anchor: number; focus: number } | null;
  hold: { kind: 'range' } | { kind: 'edge'; id: string; edge: Edge; at: number } | null;
}

export interface MarkScene {
  /** Length of the recording. */
  duration: number;
  intervals: readonly (Interval & { id: string })[];
  selected: string | null;
  editable: boolean;
  creating: boolean;
  /** Where the recording stands. */
  playhead: number;
}

export type MarkInput =
  | { kind: 'down'; at: number; edge?: { id: string; edge: Edge } }
  | { kind: 'move' | 'up'; at: number }
  | { kind: 'cancel' }
  /** By keys: the playhead goes on, and with `extend` takes the selection with it. */
  | { kind: 'step'; by: number; extend: boolean }
  | { kind: 'adjust'; edge: Edge; by: number }
  | { kind: 'confirm' }
  | { kind: 'collapse' };

export type MarkEffect =
  | { kind: 'seek'; to: number }
  | { kind: 'select'; id: string | null }
  | ({ kind: 'create' } & Interval)
  | ({ kind: 'change'; id: string } & Interval);

export interface MarkStep {
  state: MarkState;
  effects: MarkEffect[];
  used: boolean;
}

export const UNMARKED: MarkState = { chosen: null, hold: null };
/** Shorter than this is a click, and nothing that one could hear. */
export const SHORTEST_SECONDS = 0.02;

const took = (state: MarkState, ...effects: MarkEffect[]): MarkStep => ({ state, effects, used: true });
const left = (state: MarkState): MarkStep => ({ state, effects: [], used: false });
/** Milliseconds are as fine as anyone marks; more digits would only be noise in the stored answer. */
const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
const within = (at: number, { duration }: MarkScene): number => round(Math.min(duration, Math.max(0, at)));

export function chosenOf({ chosen }: MarkState): Interval | null {
  if (!chosen) return null;
  const range = { start: Math.min(chosen.anchor, chosen.focus), end: Math.max(chosen.anchor, chosen.focus) };
  return range.end - range.start >= SHORTEST_SECONDS ? range : null;
}

/** An interval as it stands while one of its ends is held. */
export function liveInterval<T extends Interval & { id: string }>(interval: T, { hold }: MarkState): T {
  if (hold?.kind !== 'edge' || hold.id !== interval.id) return interval;
  return { ...interval, ...moved(interval, hold.edge, hold.at) };
}

/** An end never passes the other one. */
function moved({ start, end }: Interval, edge: Edge, at: number): Interval {
  return edge === 'start' ? { start: round(Math.min(at, end - SHORTEST_SECONDS)), end } : { start, end: round(Math.max(at, start + SHORTEST_SECONDS)) };
}

export function mark(state: MarkState, input: MarkInput, scene: MarkScene): MarkStep {
  switch (input.kind) {
    case 'down':
      if (input.edge && scene.editable) return took({ chosen: null, hold: { kind: 'edge', ...input.edge, at: within(input.at, scene) } });
      return took({ chosen: { anchor: within(input.at, scene), focus: within(input.at, scene) }, hold: { kind: 'range' } });
    case 'move':
      return drag(state, within(input.at, scene));
    case 'up':
      return release(drag(state, within(input.at, scene)).state, within(input.at, scene), scene);
    case 'cancel':
      return took(UNMARKED);
    case 'step': {
      const to = within(scene.playhead + input.by, scene);
      return took({ chosen: input.extend ? { anchor: state.chosen?.anchor ?? scene.playhead, focus: to } : null, hold: null }, { kind: 'seek', to });
    }
    case 'adjust': {
      const held = scene.intervals.find((each) => each.id === scene.selected);
      if (!held || !scene.editable) return left(state);
      return took(state, { kind: 'change', id: held.id, ...moved(held, input.edge, within(held[input.edge] + input.by, scene)) });
    }
    case 'confirm': {
      const chosen = chosenOf(state);
      return chosen && scene.creating && scene.editable ? took(UNMARKED, { kind: 'create', ...chosen }) : left(state);
    }
    case 'collapse':
      return chosenOf(state) ? took(UNMARKED) : left(state);
  }
}

function drag(state: MarkState, at: number): MarkStep {
  if (!state.hold) return left(state);
  if (state.hold.kind === 'edge') return took({ ...state, hold: { ...state.hold, at } });
  return took({ ...state, chosen: { anchor: state.chosen?.anchor ?? at, focus: at } });
}

function release(state: MarkState, at: number, scene: MarkScene): MarkStep {
  const { hold } = state;
  if (!hold) return left(state);
  if (hold.kind === 'edge') {
    const held = scene.intervals.find((each) => each.id === hold.id);
    return held ? took(UNMARKED, { kind: 'change', id: held.id, ...moved(held, hold.edge, hold.at) }) : took(UNMARKED);
  }
  const chosen = chosenOf(state);
  if (!chosen) return took(UNMARKED, { kind: 'seek', to: at }, { kind: 'select', id: nextUnder(scene, at) });
  if (scene.creating && scene.editable) return took(UNMARKED, { kind: 'create', ...chosen });
  return took({ ...state, hold: null });
}

/** The shortest under the place, then those around it. */
function nextUnder({ intervals, selected }: MarkScene, at: number): string | null {
  const under = intervals.filter((each) => each.start <= at && at <= each.end).toSorted((a, b) => a.end - a.start - (b.end - b.start));
  const standsAt = under.findIndex((each) => each.id === selected);
  return under[(standsAt + 1) % Math.max(1, under.length)]?.id ?? null;
}
