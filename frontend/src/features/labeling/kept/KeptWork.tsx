// The signed-in person's local store and outbox, for as long as they are signed in: submits go on whatever page is open.
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useSession } from '../../../app/session';
import { openLocalStore, type LocalStore } from './local_store';
import type { Outbox, OutboxState } from './outbox';
import { startOutbox } from './start_outbox';

export interface KeptWork {
  user: string;
  store: LocalStore;
  outbox: Outbox;
}

const KeptWorkContext = createContext<KeptWork | null>(null);

export function KeptWorkProvider({ children }: { children: ReactNode }) {
  const me = useSession();
  const user = me.user.id;
  const [work, setWork] = useState<KeptWork | null>(null);
  useEffect(() => {
    let current = true;
    let end = () => {};
    void openLocalStore().then((store) => {
      if (!current) return;
      const started = startOutbox(user, store);
      end = started.end;
      setWork({ user, store, outbox: started.outbox });
    });
    return () => {
      current = false;
      end();
      setWork(null);
    };
  }, [user]);
  // A fresh session: what waited for it goes now.
  useEffect(() => {
    if (work) void work.outbox.flush();
  }, [me, work]);
  return <KeptWorkContext value={work}>{children}</KeptWorkContext>;
}

/** Null for the moment in which the browser's database opens. */
export const useKeptWork = (): KeptWork | null => use(KeptWorkContext);

const NOTHING: OutboxState = { waiting: [], refused: [], pause: null, lasting: true };
const never = () => () => {};

export function useOutbox(): OutboxState {
  const work = useKeptWork();
  return useSyncExternalStore(work?.outbox.subscribe ?? never, () => work?.outbox.state ?? NOTHING);
}
