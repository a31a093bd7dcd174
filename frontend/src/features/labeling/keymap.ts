// Which key does what in the workbench. One table, used by the handler, the cheat sheet and the settings. Pure.
import { chordOf, type KeyPress } from './chords';

export type { KeyPress } from './chords';

export type Action =
  | 'submit' | 'skip' | 'undo' | 'redo' | 'save' | 'previous_task' | 'next_task' | 'delete' | 'delete_all' | 'cancel' | 'help'
  | 'accept_prediction' | 'accept_and_submit' | 'tool_select' | 'tool_pan' | 'tool_box' | 'zoom_in' | 'zoom_out' | 'fit' | 'actual_size'
  | 'next_item' | 'previous_item' | 'next_layer' | 'accept' | 'reject' | 'fix'
  | 'tool_rotated_box' | 'tool_ellipse' | 'tool_polygon' | 'tool_point' | 'tool_brush' | 'tool_eraser' | 'brush_smaller' | 'brush_larger'
  | 'repeat_tool' | 'skip_joint' | 'delete_locked' | 'duplicate' | 'copy' | 'paste' | 'hide' | 'lock' | 'relate';

export type Match = { action: Action } | { class: number } | { classKey: string };

/** Where keys count: at the bench, or before an answer that one reviews (and there before those of the bench). */
export type KeyContext = 'label' | 'review';

export interface Binding {
  action: Action;
  /** Its chords, unless the person chose another. */
  chords: readonly string[];
  group: 'answer' | 'move' | 'shape' | 'text' | 'view' | 'review';
}

export const BINDINGS: readonly Binding[] = [
  { action: 'accept', chords: ['A'], group: 'review' },
  { action: 'reject', chords: ['X'], group: 'review' },
  { action: 'fix', chords: ['F', 'E'], group: 'review' },
  { action: 'submit', chords: ['Ctrl+Enter', 'Enter', 'Alt+Enter'], group: 'answer' },
  { action: 'accept_prediction', chords: ['A'], group: 'answer' },
  { action: 'accept_and_submit', chords: ['Shift+A'], group: 'answer' },
  { action: 'skip', chords: ['Ctrl+Space'], group: 'answer' },
  { action: 'undo', chords: ['Ctrl+Z'], group: 'answer' },
  { action: 'redo', chords: ['Ctrl+Shift+Z', 'Ctrl+Y'], group: 'answer' },
  { action: 'save', chords: ['Ctrl+S'], group: 'answer' },
  { action: 'previous_task', chords: ['Ctrl+ArrowLeft'], group: 'move' },
  { action: 'next_task', chords: ['Ctrl+ArrowRight'], group: 'move' },
  { action: 'previous_item', chords: ['ArrowUp', 'ArrowLeft', 'Shift+Tab'], group: 'move' },
  { action: 'next_item', chords: ['ArrowDown', 'ArrowRight', 'Tab'], group: 'move' },
  { action: 'next_layer', chords: ['.'], group: 'move' },
  { action: 'tool_select', chords: ['V'], group: 'shape' },
  { action: 'tool_box', chords: ['R'], group: 'shape' },
  { action: 'tool_pan', chords: ['H'], group: 'shape' },
  { action: 'tool_rotated_box', chords: ['Shift+R'], group: 'shape' },
  { action: 'tool_ellipse', chords: ['O'], group: 'shape' },
  { action: 'tool_polygon', chords: ['P'], group: 'shape' },
  { action: 'tool_point', chords: ['K'], group: 'shape' },
  { action: 'tool_brush', chords: ['B'], group: 'shape' },
  { action: 'tool_eraser', chords: ['E'], group: 'shape' },
  { action: 'brush_smaller', chords: ['['], group: 'shape' },
  { action: 'brush_larger', chords: [']'], group: 'shape' },
  { action: 'repeat_tool', chords: ['N'], group: 'shape' },
  { action: 'skip_joint', chords: ['Q'], group: 'shape' },
  { action: 'duplicate', chords: ['Ctrl+D'], group: 'shape' },
  { action: 'copy', chords: ['Ctrl+C'], group: 'shape' },
  { action: 'paste', chords: ['Ctrl+V'], group: 'shape' },
  { action: 'hide', chords: ['Alt+H'], group: 'shape' },
  { action: 'lock', chords: ['Alt+L'], group: 'shape' },
  { action: 'delete', chords: ['Delete', 'Backspace'], group: 'shape' },
  { action: 'delete_locked', chords: ['Shift+Delete'], group: 'shape' },
  { action: 'delete_all', chords: ['Ctrl+Backspace'], group: 'shape' },
  { action: 'cancel', chords: ['Escape'], group: 'shape' },
  { action: 'relate', chords: ['Alt+R'], group: 'text' },
  { action: 'zoom_in', chords: ['+', '='], group: 'view' },
  { action: 'zoom_out', chords: ['-'], group: 'view' },
  { action: 'fit', chords: ['Shift+1'], group: 'view' },
  { action: 'actual_size', chords: ['Shift+2'], group: 'view' },
  { action: 'help', chords: ['?', 'F1'], group: 'view' },
];

export const contextOf = (binding: Binding): KeyContext => (binding.group === 'review' ? 'review' : 'label');

/** Whether a class may have this key: a digit, or a letter that no command has or will have. The service keeps the same list. */
export const isAssignable = (key: string): boolean => /^[0-9ijlstuyz]$/.test(key);

/** Which action a chord stands for, in each context. */
export type KeyTable = Readonly<Record<KeyContext, ReadonlyMap<string, Action>>>;

export function tableOf(bindings: readonly Binding[]): KeyTable {
  const of = (context: KeyContext) =>
    new Map(bindings.filter((each) => contextOf(each) === context).flatMap(({ action, chords }) => chords.map((chord) => [chord, action] as const)));
  return { label: of('label'), review: of('review') };
}

const STANDARD_TABLE = tableOf(BINDINGS);

/** These also count while one types, if their chord has Ctrl. */
const ALWAYS = new Set<Action>(['submit', 'save']);

/** What a key press means, or null when it is not ours. Never fires in a text field or while composing. */
export function matchKey(press: KeyPress, table: KeyTable = STANDARD_TABLE, context: KeyContext = 'label'): Match | null {
  if (press.composing || press.key === 'Process') return null;
  const chord = chordOf(press);
  if (chord === null) return null;
  const action = (context === 'review' ? table.review.get(chord) : undefined) ?? table.label.get(chord);
  if (press.typing) {
    const counts = chord === 'Escape' || (press.ctrl && action !== undefined && ALWAYS.has(action));
    return counts && action ? { action } : null;
  }
  if (press.onControl && ['Enter', 'Space', 'Tab', 'Shift+Tab'].includes(chord)) return null;
  const digit = /^(?:Ctrl\+)?(\d)$/.exec(chord)?.[1];
  if (digit !== undefined) return { class: digitToIndex(digit) };
  if (action) return { action };
  return [...chord].length === 1 ? { classKey: chord.toLowerCase() } : null;
}

/** 1..9 are the first nine classes, 0 the tenth. */
const digitToIndex = (digit: string): number => (digit === '0' ? 9 : Number(digit) - 1);

/** What `matchKey` needs, out of a browser event. */
export function pressOf(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const field = target?.closest('input, textarea, select, [contenteditable="true"]');
  const typing = field !== null && field !== undefined && !(field instanceof HTMLInputElement && ['radio', 'checkbox', 'button'].includes(field.type));
  return {
    key: event.key, code: event.code, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey,
    composing: event.isComposing, typing, onControl: Boolean(target?.closest('button, a, [role="button"], [role="tab"]')),
  };
}
