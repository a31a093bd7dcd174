// The grid of a version, or of what a search found in it, and the drawer of one sample.
import { Drawer, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconPhotoSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { listSamples, searchSamples } from '../../api/datasets';
import { listRefs } from '../../api/versioning';
import type { SampleView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { SearchBox } from '../search/SearchBox';
import { SampleDetails } from './SampleDetails';
import { SampleGrid } from './SampleGrid';

const PAGE = 60;
interface Found {
  items: SampleView[];
  next_cursor?: string | null;
  total?: number;
  indexed_commit?: string | null;
}

export function SamplesTab({ dataset, refName }: { dataset: string; refName: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get('q') ?? '';
  const open = parameters.get('key');
  const samples = useInfiniteQuery({
    queryKey: ['samples', workspace.slug, dataset, refName, q],
    queryFn: ({ pageParam }): Promise<Found> => {
      const paging = { ref: refName, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      return q ? searchSamples(workspace.slug, dataset, { ...paging, q }) : listSamples(workspace.slug, dataset, paging);
    },
    initialPageParam: '',
    getNextPageParam: (page: Found) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const put = (key: string, value: string | null) => setParameters((before) => {
    if (value) before.set(key, value);
    else before.delete(key);
    return before;
  }, { replace: key === 'q' });
  const items = samples.data?.pages.flatMap((page) => page.items) ?? [];
  const first = samples.data?.pages[0];
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const head = refs.data?.branches.find((branch) => branch.name === refName)?.commit;
  const stale = head !== undefined && first?.indexed_commit !== undefined && first.indexed_commit !== head;
  return (
    <Stack gap="lg">
      <Group>
        <SearchBox key={`${dataset}${refName}`} value={q} onSearch={(next) => put('q', next)} />
        {q && first?.total !== undefined ? <Text size="sm" c="dimmed" className="tabular" aria-live="polite">{t('search.found', { count: first.total })}</Text> : null}
      </Group>
      {q && stale ? <Text size="xs" c="dimmed">{t('search.stale', { commit: first?.indexed_commit?.slice(0, 10) ?? '–' })}</Text> : null}
      <ErrorNotice error={samples.error} onRetry={() => void samples.refetch()} />
      {samples.isPending ? <SimpleGrid cols={{ base: 2, sm: 4, lg: 6 }}>{Array.from({ length: 12 }, (_, index) => <Skeleton key={index} h={200} radius="md" />)}</SimpleGrid> : null}
      {samples.data && items.length === 0 ? <EmptyState icon={<IconPhotoSearch />} title={q ? t('search.none') : t('datasets.empty')} detail={q ? t('search.none_detail') : undefined} /> : null}
      <SampleGrid samples={items} onOpen={(key) => put('key', key)} hasMore={samples.hasNextPage} loadingMore={samples.isFetchingNextPage} onMore={() => void samples.fetchNextPage()} />
      <Drawer opened={open !== null} onClose={() => put('key', null)} position="right" size="lg" title={<Text fw={600} style={{ overflowWrap: 'anywhere' }}>{open}</Text>}>
        {open !== null ? <SampleDetails dataset={dataset} refName={refName} sampleKey={open} /> : null}
      </Drawer>
    </Stack>
  );
}
