// What a version holds, in numbers and bars.
import { SimpleGrid, Stack, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getStatistics } from '../../api/datasets';
import type { Job, Statistics } from '../../api/types';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useWorkspace } from '../../app/session';
import { colorOf } from '../../shared/colors';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { Bars } from './Bars';
import classes from './datasets.module.css';

const isJob = (answer: Statistics | Job): answer is Job => !('classes' in answer);

export default function StatisticsTab({ dataset, refName }: { dataset: string; refName: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const statistics = useQuery({
    queryKey: ['statistics', workspace.slug, dataset, refName],
    queryFn: () => getStatistics(workspace.slug, dataset, refName),
    refetchInterval: ({ state }) => (state.data && isJob(state.data) && state.data.state !== 'failed' ? 1000 : false),
  });
  if (statistics.isPending) return <PageLoading />;
  if (statistics.error) return <ErrorNotice error={statistics.error} onRetry={() => void statistics.refetch()} />;
  if (isJob(statistics.data)) return <Panel title={t('datasets.statistics_waiting')}><JobProgress job={statistics.data} /></Panel>;
  return <Figures statistics={statistics.data} />;
}

function Figures({ statistics }: { statistics: Statistics }) {
  const { t } = useTranslation();
  if (statistics.samples === 0) return <EmptyState icon={<IconChartBar />} title={t('datasets.no_statistics')} />;
  const layers = [...new Set(statistics.classes.map((each) => each.layer))];
  const sizes = [...statistics.image_sizes].sort((a, b) => b.count - a.count);
  const others = sizes.slice(12).reduce((sum, each) => sum + each.count, 0);
  const bins = statistics.text_lengths?.bins ?? [];
  return (
    <Stack gap="lg" data-testid="statistics">
      <SimpleGrid cols={{ base: 2, sm: 3 }}>
        <Figure label={t('datasets.tab_samples')} value={statistics.samples} />
        <Figure label={t('datasets.labelled')} value={statistics.classes.reduce((sum, each) => sum + each.count, 0)} />
        <Figure label={t('datasets.class_count')} value={new Set(statistics.classes.map((each) => each.class)).size} />
      </SimpleGrid>
      <div className={classes.masonry}>
        {layers.map((layer) => (
          <Panel key={layer} title={t('datasets.classes')} detail={layer}>
            <Bars bars={statistics.classes.filter((each) => each.layer === layer).sort((a, b) => b.count - a.count).map((each) => ({ name: each.class, count: each.count, color: colorOf(each.class) }))} />
          </Panel>
        ))}
        {statistics.splits.length > 0 ? <Panel title={t('datasets.splits')}><Bars bars={statistics.splits.map((each) => ({ name: each.split || t('datasets.no_split'), count: each.count }))} /></Panel> : null}
          {sizes.length > 0 ? <Panel title={t('datasets.image_sizes')}><Bars bars={[...sizes.slice(0, 12).map((each) => ({ name: `${each.width} × ${each.height}`, count: each.count })), ...(others ? [{ name: t('datasets.other_sizes'), count: others }] : [])]} /></Panel> : null}
          {bins.length > 0 ? <Panel title={t('datasets.text_lengths')} detail={t('datasets.text_lengths_detail')}><Bars bars={bins.map((bin) => ({ name: `${bin.from}–${bin.to}`, count: bin.count }))} /></Panel> : null}
      </div>
    </Stack>
  );
}

function Figure({ label, value }: { label: string; value: number }) {
  return <Panel><Text size="sm" c="dimmed">{label}</Text><div className={classes.figure}>{value.toLocaleString()}</div></Panel>;
}
