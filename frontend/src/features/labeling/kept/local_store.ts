// What is kept in the browser until the service has it: drafts, and submits on their way. The interface, and how one opens.
import type { Item } from '../../../api/types';
import { indexedStore } from './indexed_store';
import { memoryStore } from './memory_store';

/** An answer as it stood at the last edit that the service has not confirmed. */
export interface LocalDraft {
  user: string;
  task: string;
  fence: number;
  /** The revision of the service's draft that it builds on. */
  revision: number;
  items: Item[];
  saved_at: number;
}

export interface SubmitBody {
  fence: number;
  result: { items: Item[] };
  prediction_id?: string;
  lead_time_ms?: number;
}

/** Why the service will never take an answer. */
export interface Refusal {
  code: string;
  title: string;
  detail?: string;
}

/** A submitted answer that has not arrived. */
export interface OutboxEntry {
  user: string;
  /** The Idempotency-Key: the same for every time it is sent. */
  key: string;
  workspace: string;
  project: string;
  task: string;
  /** The sample's key, to name the answer by. */
  sample: string;
  body: SubmitBody;
  queued_at: number;
  refusal: Refusal | null;
}

export interface LocalStore {
  /** False where what is kept ends with the tab. */
  readonly lasting: boolean;
  putDraft(draft: LocalDraft): Promise<void>;
  /** All of a person's drafts of a task, whatever the lease they were made under. */
  draftsOf(user: string, task: string): Promise<LocalDraft[]>;
  dropDrafts(user: string, task: string): Promise<void>;
  putEntry(entry: OutboxEntry): Promise<void>;
  /** A person's entries, oldest first. */
  entriesOf(user: string): Promise<OutboxEntry[]>;
  dropEntry(user: string, key: string): Promise<void>;
  /** Forgets everything of a person. */
  clear(user: string): Promise<void>;
}

/** The browser's database; a window that has none (a private one, a full disk) gets memory. */
export async function openLocalStore(factory: IDBFactory | undefined = globalThis.indexedDB): Promise<LocalStore> {
  const memory = memoryStore();
  try {
    return factory ? orMemory(await indexedStore(factory), memory) : memory;
  } catch {
    return memory;
  }
}

/** Goes on in memory from the first write that the database refuses. */
export function orMemory(database: LocalStore, memory: LocalStore): LocalStore {
  let broken = false;
  const write = async (effect: (store: LocalStore) => Promise<void>): Promise<void> => {
    try {
      await effect(database);
    } catch {
      broken = true;
      await effect(memory);
    }
  };
  const both = async <T>(read: (store: LocalStore) => Promise<T[]>): Promise<T[]> => [...(await read(database).catch(() => [])), ...(await read(memory))];
  // What is dropped may stand in either.
  const drop = async (effect: (store: LocalStore) => Promise<void>): Promise<void> => {
    await effect(memory);
    await effect(database).catch(() => undefined);
  };
  return {
    get lasting() {
      return !broken;
    },
    putDraft: (draft) => write((store) => store.putDraft(draft)),
    draftsOf: (user, task) => both((store) => store.draftsOf(user, task)),
    dropDrafts: (user, task) => drop((store) => store.dropDrafts(user, task)),
    putEntry: (entry) => write((store) => store.putEntry(entry)),
    entriesOf: (user) => both((store) => store.entriesOf(user)),
    dropEntry: (user, key) => drop((store) => store.dropEntry(user, key)),
    clear: (user) => drop((store) => store.clear(user)),
  };
}
