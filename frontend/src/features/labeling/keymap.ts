// Which key does what in the workbench. One table, used by the handler and by the cheat sheet. Pure.

export type Action =
  | 'submit' | 'skip' | 'undo' | 'redo' | 'save' | 'previous_task' | 'next_task' | 'delete' | 'delete_all' | 'cancel' | 'help'
  | 'accept_prediction' | 'accept_and_submit' | 'tool_select' | 'tool_pan' | 'tool_box' | 'zoom_in' | 'zoom_out' | 'fit' | 'actual_size'
  | 'next_item' | 'previous_item' | 'next_layer' | 'reject' | 'fix'
  | 'tool_rotated_box' | 'tool_ellipse' | 'tool_polygon' | 'tool_point' | 'tool_brush' | 'tool_eraser' | 'brush_smaller' | 'brush_larger'
  | 'repeat_tool' | 'skip_joint' | 'delete_locked' | 'duplicate' | 'copy' | 'paste' | 'hide' | 'lock';

export type Match = { action: Action } | { class: number } | { classKey: string };

/** What a key handler needs to know of a keyboard event. */
export interface KeyPress {
  key: string;
  code: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
  /** During input-method composition. */
  composing: boolean;
  /** A text field has the focus. */
  typing: boolean;
  /** A button or link has the focus: plain Enter and Space are its own. */
  onControl: boolean;
}

export interface Binding {
  action: Action;
  /** As shown in the cheat sheet. */
  shown: string[];
  group: 'answer' | 'move' | 'shape' | 'view' | 'review';
}

export const BINDINGS: readonly Binding[] = [
  { action: 'submit', shown: ['Ctrl+Enter', 'Enter'], group: 'answer' },
  { action: 'accept_prediction', shown: ['A'], group: 'answer' },
  { action: 'accept_and_submit', shown: ['Shift+A'], group: 'answer' },
  { action: 'skip', shown: ['Ctrl+Space'], group: 'answer' },
  { action: 'undo', shown: ['Ctrl+Z'], group: 'answer' },
  { action: 'redo', shown: ['Ctrl+Shift+Z', 'Ctrl+Y'], group: 'answer' },
  { action: 'save', shown: ['Ctrl+S'], group: 'answer' },
  { action: 'previous_task', shown: ['Ctrl+←'], group: 'move' },
  { action: 'next_task', shown: ['Ctrl+→'], group: 'move' },
  { action: 'previous_item', shown: ['↑', '←', 'Shift+Tab'], group: 'move' },
  { action: 'next_item', shown: ['↓', '→', 'Tab'], group: 'move' },
  { action: 'next_layer', shown: ['.'], group: 'move' },
  { action: 'tool_select', shown: ['V'], group: 'shape' },
  { action: 'tool_box', shown: ['R'], group: 'shape' },
  { action: 'tool_pan', shown: ['H'], group: 'shape' },
  { action: 'tool_rotated_box', shown: ['Shift+R'], group: 'shape' },
  { action: 'tool_ellipse', shown: ['O'], group: 'shape' },
  { action: 'tool_polygon', shown: ['P'], group: 'shape' },
  { action: 'tool_point', shown: ['K'], group: 'shape' },
  { action: 'tool_brush', shown: ['B'], group: 'shape' },
  { action: 'tool_eraser', shown: ['E'], group: 'shape' },
  { action: 'brush_smaller', shown: ['['], group: 'shape' },
  { action: 'brush_larger', shown: [']'], group: 'shape' },
  { action: 'repeat_tool', shown: ['N'], group: 'shape' },
  { action: 'skip_joint', shown: ['Q'], group: 'shape' },
  { action: 'duplicate', shown: ['Ctrl+D'], group: 'shape' },
  { action: 'copy', shown: ['Ctrl+C'], group: 'shape' },
  { action: 'paste', shown: ['Ctrl+V'], group: 'shape' },
  { action: 'hide', shown: ['Alt+H'], group: 'shape' },
  { action: 'lock', shown: ['Alt+L'], group: 'shape' },
  { action: 'delete', shown: ['Del', 'Backspace'], group: 'shape' },
  { action: 'delete_locked', shown: ['Shift+Del'], group: 'shape' },
  { action: 'delete_all', shown: ['Ctrl+Backspace'], group: 'shape' },
  { action: 'cancel', shown: ['Esc'], group: 'shape' },
  { action: 'zoom_in', shown: ['+'], group: 'view' },
  { action: 'zoom_out', shown: ['-'], group: 'view' },
  { action: 'fit', shown: ['Shift+1'], group: 'view' },
  { action: 'actual_size', shown: ['Shift+2'], group: 'view' },
  { action: 'help', shown: ['?', 'F1'], group: 'view' },
];

/** Whether a class may have this key: a digit, or a letter that no command has or will have. The service keeps the same list. */
export const isAssignable = (key: string): boolean => /^[0-9ijlstuyz]$/.test(key);

const CTRL: Record<string, Action> = {
  Enter: 'submit', NumpadEnter: 'submit', Space: 'skip', KeyY: 'redo', KeyS: 'save', ArrowLeft: 'previous_task', ArrowRight: 'next_task', Backspace: 'delete_all',
  KeyD: 'duplicate', KeyC: 'copy', KeyV: 'paste',
};
const PLAIN: Record<string, Action> = {
  Enter: 'submit', Delete: 'delete', Backspace: 'delete', Escape: 'cancel', F1: 'help',
  ArrowDown: 'next_item', ArrowRight: 'next_item', ArrowUp: 'previous_item', ArrowLeft: 'previous_item',
  a: 'accept_prediction', '.': 'next_layer', v: 'tool_select', r: 'tool_box', h: 'tool_pan', '+': 'zoom_in', '=': 'zoom_in', '-': 'zoom_out', '?': 'help',
  o: 'tool_ellipse', p: 'tool_polygon', k: 'tool_point', b: 'tool_brush', e: 'tool_eraser', '[': 'brush_smaller', ']': 'brush_larger', n: 'repeat_tool', q: 'skip_joint',
};
const ALT: Record<string, Action> = { Enter: 'submit', KeyH: 'hide', KeyL: 'lock' };

/** What a key press means, or null when it is not ours. Never fires in a text field or while composing. */
export function matchKey(press: KeyPress): Match | null {
  if (press.composing || press.key === 'Process') return null;
  if (press.ctrl && ['Enter', 'NumpadEnter', 'KeyS'].includes(press.code)) return { action: CTRL[press.code] as Action };
  if (press.typing) return press.key === 'Escape' ? { action: 'cancel' } : null;
  if (press.ctrl) return matchCtrl(press);
  if (press.alt) return matchAlt(press);
  if (press.onControl && ['Enter', ' ', 'Tab'].includes(press.key)) return null;
  if (press.shift) return matchShift(press);
  return matchPlain(press);
}

function matchCtrl(press: KeyPress): Match | null {
  // Letters with modifiers go by physical place, so that AZERTY, Dvorak and Chinese input work.
  if (press.code === 'KeyZ') return { action: press.shift ? 'redo' : 'undo' };
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  if (digit !== undefined) return { class: digitToIndex(digit) };
  const action = CTRL[press.code];
  return action && !press.shift ? { action } : null;
}

function matchAlt(press: KeyPress): Match | null {
  const action = ALT[press.code];
  return action && !press.shift ? { action } : null;
}

function matchShift(press: KeyPress): Match | null {
  if (press.code === 'Digit1') return { action: 'fit' };
  if (press.code === 'Digit2') return { action: 'actual_size' };
  if (press.code === 'KeyA') return { action: 'accept_and_submit' };
  if (press.code === 'KeyR') return { action: 'tool_rotated_box' };
  if (press.code === 'Delete') return { action: 'delete_locked' };
  if (press.key === 'Tab') return { action: 'previous_item' };
  if (press.key === '?') return { action: 'help' };
  if (press.key === '+') return { action: 'zoom_in' };
  return null;
}

function matchPlain(press: KeyPress): Match | null {
  if (press.key === 'Tab') return { action: 'next_item' };
  if (/^\d$/.test(press.key)) return { class: digitToIndex(press.key) };
  const action = PLAIN[press.key] ?? PLAIN[press.key.toLowerCase()];
  if (action) return { action };
  return press.key.length === 1 ? { classKey: press.key.toLowerCase() } : null;
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
