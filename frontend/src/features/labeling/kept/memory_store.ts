// The local store of a window without a database: it ends with the tab.
import type { LocalDraft, LocalStore, OutboxEntry } from './local_store';

export function memoryStore(): LocalStore {
  let drafts: LocalDraft[] = [];
  let entries: OutboxEntry[] = [];
  return {
    lasting: false,
    async putDraft(draft) {
      drafts = [...drafts.filter((each) => each.user !== draft.user || each.task !== draft.task || each.fence !== draft.fence), draft];
    },
    async draftsOf(user, task) {
      return drafts.filter((each) => each.user === user && each.task === task);
    },
    async dropDrafts(user, task) {
      drafts = drafts.filter((each) => each.user !== user || each.task !== task);
    },
    async putEntry(entry) {
      const at = entries.findIndex((each) => each.user === entry.user && each.key === entry.key);
      entries = at < 0 ? [...entries, entry] : entries.with(at, entry);
    },
    async entriesOf(user) {
      return entries.filter((each) => each.user === user).sort((a, b) => a.queued_at - b.queued_at);
    },
    async dropEntry(user, key) {
      entries = entries.filter((each) => each.user !== user || each.key !== key);
    },
    async clear(user) {
      drafts = drafts.filter((each) => each.user !== user);
      entries = entries.filter((each) => each.user !== user);
    },
  };
}
