// What jobs of upkeep report: the job's result, which travels as plain JSON.
import type { Job } from '../../api/types';

export interface CheckReport {
  fast: boolean;
  found: number;
  report: { refs: number; packs: number; bytes: number; problems: { code: string; detail: string; dataset?: string; key?: string }[] };
}

export interface CollectionReport {
  dry_run: boolean;
  report: { packs_deleted: number; packs_condemned: number; commits_deleted: number; bytes_deleted: number };
}

export interface ErasureReport {
  dry_run: boolean;
  tasks: number;
  report: { keys: number; rows: number; blobs: number; blobs_kept: { hash: string; key: string }[] };
}

/** The report of a job of that kind that ended well. */
export function reportOf<R>(job: Job | undefined, kind: string): R | null {
  if (job?.kind !== kind || job.state !== 'succeeded') return null;
  return (job.result ?? null) as R | null;
}

/** Keys as they were typed: one a line, each once, without the space around them. */
export const keysOf = (text: string): string[] => [...new Set(text.split('\n').map((line) => line.trim()).filter((line) => line !== ''))];

/** A sentence whose hashes are as short as people read them. */
export const shortHashes = (text: string): string => text.replace(/\b([0-9a-f]{10})[0-9a-f]{54}\b/g, '$1');
