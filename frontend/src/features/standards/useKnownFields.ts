// The fields that samples of the workspace's datasets have, as a standard may name them.
import { useQueries, useQuery } from '@tanstack/react-query';
import { listDatasets, listSamples } from '../../api/datasets';
import type { Field } from '../../api/types';
import { useWorkspace } from '../../app/session';

export interface KnownField {
  name: string;
  media: 'picture' | 'text' | 'recording' | 'value';
  datasets: string[];
}

/** So many datasets are looked into: the names are suggestions, not a list to be complete. */
const LOOKED_INTO = 8;

function mediaOf(field: Field): KnownField['media'] {
  if ('inline' in field) return typeof field.inline === 'string' ? 'text' : 'value';
  const type = field.blob.media_type;
  if (type.startsWith('image/')) return 'picture';
  if (type.startsWith('audio/') || type.startsWith('video/')) return 'recording';
  return type.startsWith('text/') ? 'text' : 'value';
}

export function useKnownFields(): KnownField[] {
  const { slug } = useWorkspace();
  const datasets = useQuery({ queryKey: ['datasets', slug], queryFn: () => listDatasets(slug) });
  const names = (datasets.data?.items ?? []).filter((each) => each.head).slice(0, LOOKED_INTO).map((each) => each.name);
  const first = useQueries({
    queries: names.map((name) => ({ queryKey: ['first-sample', slug, name], queryFn: () => listSamples(slug, name, { ref: 'main', limit: 1 }), staleTime: 300_000, retry: false })),
  });
  const known = new Map<string, KnownField>();
  first.forEach(({ data }, index) => {
    for (const [name, field] of Object.entries(data?.items[0]?.fields ?? {})) {
      const before = known.get(name) ?? { name, media: mediaOf(field), datasets: [] };
      known.set(name, { ...before, datasets: [...before.datasets, names[index] ?? ''] });
    }
  });
  return [...known.values()];
}
