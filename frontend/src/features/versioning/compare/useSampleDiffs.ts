// The differing samples of a comparison, page by page.
import { useInfiniteQuery } from '@tanstack/react-query';
import { listSampleDiffs } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import type { SideName } from './changes';
import type { ClassChoice } from './ClassTable';

const PAGE = 24;

/** `refs` are commit hashes; null until they are known. */
export function useSampleDiffs(dataset: string, refs: Record<SideName, string> | null, kind: string | null, chosen: ClassChoice | null) {
  const workspace = useWorkspace();
  const query = useInfiniteQuery({
    queryKey: ['diff', workspace.slug, dataset, refs?.old, refs?.new, kind, chosen],
    queryFn: ({ pageParam }) => listSampleDiffs(workspace.slug, dataset, { a: refs?.old ?? '', b: refs?.new ?? '', limit: PAGE, ...(kind ? { kind } : {}), ...chosen, ...(pageParam ? { cursor: pageParam } : {}) }),
    enabled: refs !== null,
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
  return { ...query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
