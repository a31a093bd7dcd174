// Binds the keyboard to the workbench, for as long as nothing lies over it.
import { useEffect, useRef } from 'react';
import { matchKey, pressOf, type KeyContext, type Match } from './keymap';
import { useKeyChoices } from './useKeyChoices';

/** `onMatch` says whether it used the key. */
export function useKeys(enabled: boolean, onMatch: (match: Match) => boolean, context: KeyContext = 'label'): void {
  const { table } = useKeyChoices();
  const current = useRef({ onMatch, table, context });
  useEffect(() => {
    current.current = { onMatch, table, context };
  });
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      // What lies over the bench has its own keys.
      if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]')) return;
      const match = matchKey(pressOf(event), current.current.table, current.current.context);
      if (match && current.current.onMatch(match)) event.preventDefault();
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
