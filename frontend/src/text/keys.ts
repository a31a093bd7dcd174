// What a key means in a text. Pure.
import type { KeyInput } from './selecting';

export interface TextPress {
  key: string;
  ctrl: boolean;
  shift: boolean;
  alt: boolean;
}

/** Where a key sends the caret when only the laid-out text knows the place. */
export type LaidOut = { kind: 'line'; forward: boolean; extend: boolean } | { kind: 'line_end'; forward: boolean; extend: boolean } | { kind: 'text_end'; forward: boolean; extend: boolean };

/** For the list of keys; the names are translation keys' last parts. */
export const TEXT_KEYS: readonly { name: string; shown: readonly string[] }[] = [
  { name: 'select', shown: ['Shift+← →', 'Shift+↑ ↓'] },
  { name: 'select_word', shown: ['Ctrl+Shift+← →'] },
  { name: 'word', shown: ['Alt+← →'] },
  { name: 'make', shown: ['Enter', '1…9'] },
  { name: 'choose', shown: ['Enter'] },
  { name: 'end', shown: ['Shift+← →'] },
  { name: 'start', shown: ['Alt+Shift+← →'] },
  { name: 'exact', shown: ['Alt'] },
];

/** `holding` while a span is selected: Shift and an arrow then move its ends. Null for what is not the text's. */
export function readKey({ key, ctrl, shift, alt }: TextPress, rightToLeft: boolean, holding: boolean): KeyInput | LaidOut | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      // Ctrl and an arrow alone go to another task.
      if (ctrl && !shift) return null;
      const forward = (key === 'ArrowRight') !== rightToLeft;
      if (shift && holding) return { kind: 'adjust', edge: alt ? 'start' : 'end', by: ctrl ? 'word' : 'character', forward };
      return { kind: 'step', by: ctrl || alt ? 'word' : 'character', forward, extend: shift };
    }
    case 'ArrowUp':
    case 'ArrowDown':
      return ctrl || alt ? null : { kind: 'line', forward: key === 'ArrowDown', extend: shift };
    case 'Home':
    case 'End':
      return alt ? null : { kind: ctrl ? 'text_end' : 'line_end', forward: key === 'End', extend: shift };
    case 'Enter':
      return ctrl || shift || alt ? null : { kind: 'confirm' };
    case 'Escape':
      return { kind: 'collapse' };
    default:
      return null;
  }
}
