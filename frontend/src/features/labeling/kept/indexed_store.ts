// The local store in IndexedDB: one database of this origin, its rows apart by person.
import type { LocalDraft, LocalStore, OutboxEntry } from './local_store';

const NAME = 'strata-work';
const VERSION = 1;
const DRAFTS = 'drafts';
const OUTBOX = 'outbox';

export async function indexedStore(factory: IDBFactory): Promise<LocalStore> {
  const database = await opened(factory);
  const write = (table: string, effect: (rows: IDBObjectStore) => void, durability: IDBTransactionDurability = 'relaxed'): Promise<void> => {
    const transaction = database.transaction(table, 'readwrite', { durability });
    effect(transaction.objectStore(table));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
  };
  const read = <T>(table: string, range: IDBKeyRange): Promise<T[]> =>
    asked<T[]>(database.transaction(table).objectStore(table).getAll(range));
  return {
    lasting: true,
    putDraft: (draft) => write(DRAFTS, (rows) => rows.put(draft)),
    draftsOf: (user, task) => read<LocalDraft>(DRAFTS, under(user, task)),
    dropDrafts: (user, task) => write(DRAFTS, (rows) => rows.delete(under(user, task))),
    // A submit counts as kept once it is on the disk.
    putEntry: (entry) => write(OUTBOX, (rows) => rows.put(entry), 'strict'),
    entriesOf: async (user) => (await read<OutboxEntry>(OUTBOX, under(user))).sort((a, b) => a.queued_at - b.queued_at),
    dropEntry: (user, key) => write(OUTBOX, (rows) => rows.delete([user, key])),
    clear: async (user) => {
      await write(DRAFTS, (rows) => rows.delete(under(user)));
      await write(OUTBOX, (rows) => rows.delete(under(user)));
    },
  };
}

/** Every key that begins with these parts: an array sorts behind all strings and numbers. */
const under = (...parts: string[]): IDBKeyRange => IDBKeyRange.bound(parts, [...parts, []]);

function opened(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(DRAFTS, { keyPath: ['user', 'task', 'fence'] });
    request.result.createObjectStore(OUTBOX, { keyPath: ['user', 'key'] });
  };
  return asked(request);
}

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('refused'));
  });
