// Binds the keyboard to the workbench, for as long as nothing lies over it.
import { useEffect, useRef } from 'react';
import { matchKey, pressOf, type Match } from './keymap';

/** `onMatch` says whether it used the key; `special` may take keys before the table is asked. */
export function useKeys(enabled: boolean, onMatch: (match: Match) => boolean, special?: (key: string, event: KeyboardEvent) => boolean): void {
  const handlers = useRef({ onMatch, special });
  useEffect(() => {
    handlers.current = { onMatch, special };
  });
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      const press = pressOf(event);
      const plain = !press.typing && !press.composing && !press.ctrl && !press.alt;
      if (plain && handlers.current.special?.(event.key.toLowerCase(), event)) {
        event.preventDefault();
        return;
      }
      const match = matchKey(press);
      if (match && handlers.current.onMatch(match)) event.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
}

/** Does it, and says that the key was used. */
export function did(effect: () => unknown): true {
  effect();
  return true;
}
