// The first pictures of a dataset as its cover.
import { useQuery } from '@tanstack/react-query';
import { IconDatabase } from '@tabler/icons-react';
import { listSamples } from '../../api/datasets';
import type { Dataset } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { SampleMedia } from './SampleMedia';
import classes from './datasets.module.css';

export function DatasetCover({ dataset }: { dataset: Dataset }) {
  const workspace = useWorkspace();
  const head = dataset.head?.commit;
  const samples = useQuery({ queryKey: ['cover', workspace.slug, dataset.name, head], queryFn: () => listSamples(workspace.slug, dataset.name, { ref: head ?? 'main', limit: 8 }), enabled: Boolean(head), staleTime: Infinity });
  const shown = samples.data?.items.slice(0, 8) ?? [];
  if (shown.length === 0) return <div className={classes.coverEmpty}><IconDatabase size={30} stroke={1.2} /></div>;
  return <div className={classes.cover} aria-hidden>{shown.map((sample) => <div key={sample.key} className={classes.coverTile}><SampleMedia sample={sample} /></div>)}</div>;
}
