// Selecting in a text as a state machine: (state, input, scene) gives the next state and what is to happen. Pure, no DOM.
import type { TextDocument } from './blocks';
import { spansAt } from './pieces';
import { snapped, stepFrom, trimmed, wordAt, type Range, type Step } from './words';

export type Edge = 'start' | 'end';

export interface SelectState {
  /** The caret: where a selection began and where it now ends. Alike when nothing is selected; null before the first press. */
  caret: { anchor: number; focus: number } | null;
  /** What the pointer holds. */
  hold: { kind: 'text' } | { kind: 'edge'; id: string; edge: Edge; at: number } | null;
}

export interface SceneSpan extends Range {
  id: string;
}

export interface SelectScene {
  document: TextDocument;
  /** Human spans; predictions can't be taken hold of. */
  spans: readonly SceneSpan[];
  selected: string | null;
  editable: boolean;
  /** Whether a selection becomes a span. */
  creating: boolean;
  /** Whether selections are widened to whole words. */
  snap: boolean;
}

export type PointerInput =
  | { kind: 'down'; at: number; clicks: number; shift: boolean; edge?: { id: string; edge: Edge } }
  | { kind: 'move'; at: number }
  /** `free` while Alt is held: nothing is snapped. */
  | { kind: 'up'; at: number; free: boolean }
  | { kind: 'cancel' };

export type KeyInput =
  | { kind: 'step'; by: Step; forward: boolean; extend: boolean }
  /** To a place that only the laid-out text knows: a line up or down, an end of the line. */
  | { kind: 'goto'; to: number; extend: boolean }
  | { kind: 'adjust'; edge: Edge; by: Step; forward: boolean }
  | { kind: 'confirm' }
  | { kind: 'collapse' };

export type SelectEffect =
  | { kind: 'select'; id: string | null }
  | ({ kind: 'create' } & Range)
  | ({ kind: 'change'; id: string } & Range);

export interface SelectStep {
  state: SelectState;
  effects: SelectEffect[];
  /** Whether the input meant something here; a key that did not is left to the workbench. */
  used: boolean;
}

export const NOTHING: SelectState = { caret: null, hold: null };
const took = (state: SelectState, ...effects: SelectEffect[]): SelectStep => ({ state, effects, used: true });
const standing = (at: number): SelectState => ({ caret: { anchor: at, focus: at }, hold: null });

/** The selected part, or null when nothing is. */
export function chosenIn({ caret }: SelectState): Range | null {
  if (!caret || caret.anchor === caret.focus) return null;
  return { start: Math.min(caret.anchor, caret.focus), end: Math.max(caret.anchor, caret.focus) };
}

/** A span as it stands while one of its ends is held. */
export function liveRange<T extends SceneSpan>(span: T, { hold }: SelectState): T {
  if (hold?.kind !== 'edge' || hold.id !== span.id) return span;
  const moved = { ...span, [hold.edge]: hold.at };
  return moved.start < moved.end ? moved : span;
}

export function point(state: SelectState, input: PointerInput, scene: SelectScene): SelectStep {
  if (input.kind === 'cancel') return took({ ...state, hold: null });
  if (input.kind === 'down') return press(state, input, scene);
  if (!state.hold) return { state, effects: [], used: false };
  if (input.kind === 'move') return took(state.hold.kind === 'edge' ? { ...state, hold: { ...state.hold, at: input.at } } : { ...state, caret: { anchor: state.caret?.anchor ?? input.at, focus: input.at } });
  return state.hold.kind === 'edge' ? dropEdge(state, state.hold, input, scene) : endDrag(state, input, scene);
}

function press(state: SelectState, input: Extract<PointerInput, { kind: 'down' }>, scene: SelectScene): SelectStep {
  if (input.edge && scene.editable) return took({ ...state, hold: { kind: 'edge', ...input.edge, at: input.at } });
  if (input.clicks === 2) {
    const word = wordAt(scene.document, input.at);
    return word ? settle(word, scene) : took(standing(input.at));
  }
  if (input.shift && state.caret) return took({ caret: { ...state.caret, focus: input.at }, hold: { kind: 'text' } });
  return took({ caret: { anchor: input.at, focus: input.at }, hold: { kind: 'text' } });
}

function endDrag(state: SelectState, input: Extract<PointerInput, { kind: 'up' }>, scene: SelectScene): SelectStep {
  const chosen = chosenIn({ ...state, caret: { anchor: state.caret?.anchor ?? input.at, focus: input.at } });
  if (!chosen) return took(standing(input.at), { kind: 'select', id: nextUnder(scene, input.at) });
  const range = scene.snap && !input.free ? snapped(scene.document, chosen) : trimmed(scene.document, chosen);
  return range ? settle(range, scene) : took(standing(input.at));
}

/** A finished selection: a span where spans are made, else it stays selected. */
function settle(range: Range, scene: SelectScene): SelectStep {
  if (scene.creating && scene.editable) return took(standing(range.end), { kind: 'create', ...range });
  return took({ caret: { anchor: range.start, focus: range.end }, hold: null });
}

/** Pressing again on the same place goes from the inner span to the ones around it. */
function nextUnder({ spans, selected }: SelectScene, at: number): string | null {
  const under = spansAt(spans, at);
  const standsAt = under.findIndex((span) => span.id === selected);
  return under[(standsAt + 1) % Math.max(1, under.length)]?.id ?? null;
}

function dropEdge(state: SelectState, hold: Extract<SelectState['hold'], { kind: 'edge' }>, input: Extract<PointerInput, { kind: 'up' }>, scene: SelectScene): SelectStep {
  const released = { ...state, hold: null };
  const span = scene.spans.find((each) => each.id === hold.id);
  if (!span) return took(released);
  const moved = { start: span.start, end: span.end, [hold.edge]: input.at };
  const word = scene.snap && !input.free && moved.start < moved.end ? snapped(scene.document, moved) : null;
  // Only the end that was held may move.
  if (word) moved[hold.edge] = word[hold.edge];
  return moved.start < moved.end && moved[hold.edge] !== span[hold.edge] ? took(released, { kind: 'change', id: span.id, ...moved }) : took(released);
}

export function pressKey(state: SelectState, input: KeyInput, scene: SelectScene): SelectStep {
  switch (input.kind) {
    case 'step':
    case 'goto':
      return move(state, input, scene);
    case 'adjust':
      return adjust(state, input, scene);
    case 'confirm':
      return confirm(state, scene);
    case 'collapse':
      return chosenIn(state) && state.caret ? took(standing(state.caret.focus)) : { state, effects: [], used: false };
  }
}

function move(state: SelectState, input: Extract<KeyInput, { kind: 'step' | 'goto' }>, scene: SelectScene): SelectStep {
  const caret = state.caret ?? { anchor: 0, focus: 0 };
  const focus = input.kind === 'goto' ? input.to : stepFrom(scene.document, caret.focus, input.by, input.forward);
  // Keys go where they are sent: a selection made with them is never snapped.
  const next: SelectState = { caret: { anchor: input.extend ? caret.anchor : focus, focus }, hold: null };
  return scene.selected === null ? took(next) : took(next, { kind: 'select', id: null });
}

function adjust(state: SelectState, input: Extract<KeyInput, { kind: 'adjust' }>, scene: SelectScene): SelectStep {
  const span = scene.spans.find((each) => each.id === scene.selected);
  if (!span || !scene.editable) return { state, effects: [], used: false };
  const moved = { start: span.start, end: span.end, [input.edge]: stepFrom(scene.document, span[input.edge], input.by, input.forward) };
  if (moved.start >= moved.end || moved[input.edge] === span[input.edge]) return took(state);
  return took(standing(moved[input.edge]), { kind: 'change', id: span.id, ...moved });
}

function confirm(state: SelectState, scene: SelectScene): SelectStep {
  const chosen = chosenIn(state);
  if (chosen && scene.creating && scene.editable) {
    const range = trimmed(scene.document, chosen);
    return range ? settle(range, scene) : took(state);
  }
  const under = state.caret && !chosen ? nextUnder(scene, state.caret.focus) : null;
  return under === null ? { state, effects: [], used: false } : took(state, { kind: 'select', id: under });
}
