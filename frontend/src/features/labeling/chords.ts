// Chords: what one presses at once, as a stable name such as `Ctrl+Shift+Z`, `A`, `?` or `Alt+ArrowLeft`. Pure.

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

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Process', 'Unidentified']);

/**
 * The chord of a key press, or null for a modifier alone. With modifiers a letter or digit goes by its physical place, so that
 * AZERTY, Dvorak and Chinese input work; alone it goes by what it writes, unless the layout writes no Latin letter there.
 */
export function chordOf(press: KeyPress): string | null {
  if (MODIFIERS.has(press.key)) return null;
  const place = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(press.code);
  const placed = place?.[1] ?? place?.[2];
  const writes = [...press.key].length === 1 && press.key !== ' ';
  const latin = /^[\x21-\x7e]$/.test(press.key);
  const modified = press.ctrl || press.alt || press.shift;
  const base = placed !== undefined && (modified || (writes && !latin)) ? placed : writes ? press.key.toUpperCase() : nameOf(press);
  // Shift is part of how a sign is written, and of nothing else about it.
  const shift = press.shift && (placed !== undefined || !writes);
  return [press.ctrl ? 'Ctrl+' : '', press.alt ? 'Alt+' : '', shift ? 'Shift+' : '', base].join('');
}

function nameOf({ key, code }: KeyPress): string {
  if (code === 'Space' || key === ' ') return 'Space';
  return code === 'NumpadEnter' ? 'Enter' : key;
}

const SHOWN: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del' };

/** A chord as it stands on keys. */
export function shownChord(chord: string): string {
  const last = chord.slice(chord.lastIndexOf('+', chord.length - 2) + 1);
  return chord.slice(0, chord.length - last.length) + (SHOWN[last] ?? last);
}

export type Reserved = 'browser' | 'classes' | 'moving';

/** Chords that browsers never hand to a page, or whose loss would hurt. */
const BROWSER = /^(Ctrl\+(Shift\+)?[WTNQ]|Ctrl\+(Shift\+)?Tab|Ctrl\+(Shift\+)?R|Ctrl\+[LP]|Ctrl\+Shift\+[IJC]|F5|F11|F12|Alt\+F4)$/;
const CLASSES = /^(Ctrl\+)?\d$|^[IJLSTUYZ]$/;
const MOVING = /^((Shift\+)?Tab|Escape|Space)$/;

/** Why an action may not have this chord, if so. */
export function reservedFor(chord: string): Reserved | null {
  if (BROWSER.test(chord)) return 'browser';
  if (CLASSES.test(chord)) return 'classes';
  return MOVING.test(chord) ? 'moving' : null;
}
