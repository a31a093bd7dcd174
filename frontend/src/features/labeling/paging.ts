// Thousands of items a page at a time: the list stays quick, and the item in hand is always on its page. Pure.

export const PAGE_SIZE = 100;

export interface PageOf<T> {
  shown: readonly T[];
  page: number;
  pages: number;
  /** For people: the numbers of the first and last that are shown. */
  from: number;
  to: number;
}

export function pageOf<T>(items: readonly T[], wanted: number): PageOf<T> {
  const pages = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const page = Math.min(pages - 1, Math.max(0, wanted));
  const from = page * PAGE_SIZE;
  const shown = items.slice(from, from + PAGE_SIZE);
  return { shown, page, pages, from: from + 1, to: from + shown.length };
}

/** The page on which an item stands; null if it is not there. */
export function pageWith(items: readonly { id: string }[], id: string | null): number | null {
  const at = items.findIndex((item) => item.id === id);
  return at < 0 ? null : Math.floor(at / PAGE_SIZE);
}
