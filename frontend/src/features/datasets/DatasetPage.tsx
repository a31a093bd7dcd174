import { Button, Group, Menu, Tabs, Text } from '@mantine/core';
import { IconDots, IconDownload, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { exportUrl, getDataset } from '../../api/datasets';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { RefPicker } from '../versioning/refs/RefPicker';
import { ImportTab } from './ImportTab';
import { SamplesTab } from './SamplesTab';

const StatisticsTab = lazy(() => import('./StatisticsTab'));
const HistoryTab = lazy(() => import('../versioning/HistoryTab'));

export default function DatasetPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { dataset: name = '', tab: wanted } = useParams();
  // An address may name what is not there, or not there for this person.
  const tabs = ['samples', 'statistics', 'history', ...(workspace.can('manager') ? ['import'] : [])];
  const tab = wanted && tabs.includes(wanted) ? wanted : 'samples';
  const [parameters, setParameters] = useSearchParams();
  const ref = parameters.get('ref') ?? 'main';
  const dataset = useQuery({ queryKey: ['dataset', workspace.slug, name], queryFn: () => getDataset(workspace.slug, name) });
  const base = `datasets/${encodeURIComponent(name)}`;
  const go = (to: string) => void navigate({ pathname: workspace.path(`${base}/${to}`), search: ref === 'main' ? '' : `?ref=${encodeURIComponent(ref)}` });
  const setRef = (next: string) => setParameters((before) => {
    before.set('ref', next);
    before.delete('key');
    return before;
  });
  if (dataset.isPending) return <PageLoading />;
  if (dataset.error) return <ErrorNotice error={dataset.error} onRetry={() => void dataset.refetch()} page />;
  const empty = dataset.data.head === null;
  return (
    <>
      <PageHeader
        title={dataset.data.name} up={{ to: workspace.path('datasets'), label: t('datasets.title') }}
        subtitle={<Group gap="xs"><Text span inherit className="tabular">{dataset.data.head ? t('datasets.samples', { count: dataset.data.head.samples }) : t('datasets.no_commits')}</Text>{dataset.data.description ? <Text span inherit>· {dataset.data.description}</Text> : null}</Group>}
      >
        {empty ? null : <RefPicker dataset={name} value={ref} onChange={setRef} />}
        {workspace.can('manager') && !empty ? <Button leftSection={<IconUpload size={16} />} onClick={() => go('import')} data-testid="import-button">{t('datasets.import')}</Button> : null}
        {empty ? null : (
          <Menu position="bottom-end">
            <Menu.Target><Button variant="default" px={8} aria-label={t('shell.menu')}><IconDots size={18} /></Button></Menu.Target>
            <Menu.Dropdown><Menu.Item component="a" href={exportUrl(workspace.slug, name, ref)} download leftSection={<IconDownload size={15} />}>{t('datasets.export')}</Menu.Item></Menu.Dropdown>
          </Menu>
        )}
      </PageHeader>
      {empty ? <ImportTab dataset={name} onShow={() => go('samples')} /> : (
        <Tabs value={tab} onChange={(next) => go(next ?? 'samples')} keepMounted={false}>
          <Tabs.List mb="lg">
            <Tabs.Tab value="samples" data-testid="tab-samples">{t('datasets.tab_samples')}</Tabs.Tab>
            <Tabs.Tab value="statistics" data-testid="tab-statistics">{t('datasets.tab_statistics')}</Tabs.Tab>
            <Tabs.Tab value="history" data-testid="tab-history">{t('datasets.tab_history')}</Tabs.Tab>
            {workspace.can('manager') ? <Tabs.Tab value="import" data-testid="tab-import">{t('datasets.import')}</Tabs.Tab> : null}
          </Tabs.List>
          <Suspense fallback={<PageLoading />}>
            <Tabs.Panel value="samples"><SamplesTab dataset={name} refName={ref} /></Tabs.Panel>
            <Tabs.Panel value="statistics"><StatisticsTab dataset={name} refName={ref} /></Tabs.Panel>
            <Tabs.Panel value="history"><HistoryTab dataset={name} refName={ref} /></Tabs.Panel>
            <Tabs.Panel value="import"><ImportTab dataset={name} onShow={() => go('samples')} /></Tabs.Panel>
          </Suspense>
        </Tabs>
      )}
    </>
  );
}
