// One effect at a time: busy while it runs, and its error afterwards.
import { useCallback, useRef, useState } from 'react';

export interface Action<A extends unknown[]> {
  busy: boolean;
  error: Error | null;
  /** True if it went well. */
  run: (...args: A) => Promise<boolean>;
  clear: () => void;
}

export function useAction<A extends unknown[]>(effect: (...args: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const running = useRef(false);
  const run = async (...args: A): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await effect(...args);
      return true;
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  const clear = useCallback(() => setError(null), []);
  return { busy, error, run, clear };
}
