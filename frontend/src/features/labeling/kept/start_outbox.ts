// Binds an outbox to the browser: the service, the other tabs, the clock and the connection.
import { whoAmI } from '../../../api/access';
import { ApiError, setCsrfToken } from '../../../api/client';
import { submitTask } from '../../../api/labeling';
import type { LocalStore, OutboxEntry } from './local_store';
import { Outbox, type Verdict } from './outbox';
import { verdictOf } from './verdict';

export function startOutbox(user: string, store: LocalStore): { outbox: Outbox; end: () => void } {
  const name = `strata-outbox/${user}`;
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  const outbox = new Outbox({
    user,
    store,
    send,
    // Without locks (a page over plain HTTP) two tabs may send the same entry; its key makes that one answer.
    alone: async (work) => {
      const { locks } = navigator as { locks?: LockManager };
      await (locks ? locks.request(name, work) : work());
    },
    later: (ms, run) => {
      const timer = window.setTimeout(run, ms);
      return () => window.clearTimeout(timer);
    },
    tell: () => channel?.postMessage(null),
  });
  const flush = () => void outbox.flush();
  const reread = () => void outbox.reread();
  window.addEventListener('online', flush);
  channel?.addEventListener('message', reread);
  flush();
  return {
    outbox,
    end: () => {
      window.removeEventListener('online', flush);
      channel?.close();
      outbox.stop();
    },
  };
}

async function send(entry: OutboxEntry): Promise<Verdict> {
  const verdict = await attempt(entry);
  if (verdict.kind !== 'session') return verdict;
  // Someone who signed in again in another tab has a session already, and only this tab's token is old.
  try {
    const me = await whoAmI();
    if (me.user.id !== entry.user) return verdict;
    setCsrfToken(me.csrf_token ?? '');
  } catch {
    return verdict;
  }
  return attempt(entry);
}

async function attempt(entry: OutboxEntry): Promise<Verdict> {
  try {
    await submitTask(entry.workspace, entry.task, entry.key, entry.body);
    return { kind: 'arrived' };
  } catch (cause) {
    // A wait that was cut off says nothing about the answer.
    return cause instanceof ApiError ? verdictOf(cause) : { kind: 'later', lost: true };
  }
}
