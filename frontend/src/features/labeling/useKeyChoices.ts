// The signed-in person's keys, kept in this browser and the same in all its tabs.
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useSession } from '../../app/session';
import { bindingsOf, parseChoices, type KeyChoices } from './key_choices';
import { tableOf, type Action } from './keymap';
import { shownChord } from './chords';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

export function useKeyChoices() {
  const { user } = useSession();
  const kept = `strata.keys/${user.id}`;
  const text = useSyncExternalStore(subscribe, () => localStorage.getItem(kept));
  const choices = useMemo(() => parseChoices(text), [text]);
  const bindings = useMemo(() => bindingsOf(choices), [choices]);
  const table = useMemo(() => tableOf(bindings), [bindings]);
  const choose = useCallback((next: KeyChoices) => {
    if (Object.keys(next).length > 0) localStorage.setItem(kept, JSON.stringify(next));
    else localStorage.removeItem(kept);
    listeners.forEach((listener) => listener());
  }, [kept]);
  /** The first chord of an action as it stands on keys; empty where it has none. */
  const shown = useCallback((action: Action): string => shownChord(bindings.find((each) => each.action === action)?.chords[0] ?? ''), [bindings]);
  /** A label with the key of its action, as tooltips show it. */
  const withKey = useCallback((label: string, action: Action): string => [label, shown(action) && `(${shown(action)})`].filter(Boolean).join(' '), [shown]);
  return { choices, bindings, table, choose, shown, withKey };
}
