// What a person dropped or chose, as files with relative paths. The naming rules are pure; only `filesOfDrop` meets the browser.

export interface PickedFile {
  /** Relative, with `/`. */
  path: string;
  file: File;
}

export type ImportFormat = 'folder' | 'jsonl' | 'csv';

const SPLITS = ['train', 'test', 'val', 'validation'];

/** All files of a drop, folders walked through. */
export async function filesOfDrop(items: DataTransferItemList): Promise<PickedFile[]> {
  const entries = Array.from(items).map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: PickedFile[] = [];
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, above: string, found: PickedFile[]): Promise<void> {
  const path = `${above}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives at most a hundred entries at a time, and none when it is through.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, `${path}/`, found);
  }
}

/**
 * Without files that systems leave behind, and without a folder that holds everything: its name is the source.
 * A folder named for a split stays: it says which split its files are of.
 */
export function tidy<T extends { path: string }>(files: readonly T[]): { files: T[]; source?: string } {
  const kept = files.filter(({ path }) => !path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX' || part === 'Thumbs.db'));
  const [source, ...others] = new Set(kept.map(({ path }) => path.split('/')[0]));
  if (!source || others.length > 0 || kept.some(({ path }) => !path.includes('/'))) return { files: kept };
  if (SPLITS.includes(source)) return { files: kept, source };
  return { files: kept.map((file) => ({ ...file, path: file.path.slice(file.path.indexOf('/') + 1) })), source };
}

/** The format that the file names speak for. */
export function guessFormat(paths: readonly string[]): ImportFormat {
  const all = (pattern: RegExp) => paths.length > 0 && paths.every((path) => pattern.test(path));
  if (all(/\.(jsonl|ndjson)$/i)) return 'jsonl';
  return all(/\.csv$/i) ? 'csv' : 'folder';
}

/** The labels that folder names would give: the first folder, or the second where the first is a split. */
export function labelsOfFolders(paths: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folders = path.split('/').slice(0, -1);
    const label = SPLITS.includes(folders[0] ?? '') ? folders[1] : folders[0];
    if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

/** Files in batches of bounded size, in order. */
export function batches<T extends { file: { size: number } }>(files: readonly T[], maxFiles: number, maxBytes: number): T[][] {
  const made: T[][] = [];
  let current: T[] = [];
  let bytes = 0;
  for (const each of files) {
    if (current.length > 0 && (current.length >= maxFiles || bytes + each.file.size > maxBytes)) {
      made.push(current);
      current = [];
      bytes = 0;
    }
    current.push(each);
    bytes += each.file.size;
  }
  if (current.length > 0) made.push(current);
  return made;
}
