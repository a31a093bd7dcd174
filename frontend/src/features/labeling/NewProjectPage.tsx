// Making a project: which samples, under which standard, with which workflow; with a live preview of how many and which.
import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { listDatasets } from '../../api/datasets';
import { createProject, previewProject } from '../../api/labeling';
import { listStandards } from '../../api/standards';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { useAction } from '../../shared/useAction';
import { SampleGrid } from '../datasets/SampleGrid';
import { RefPicker } from '../versioning/refs/RefPicker';

export default function NewProjectPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [parameters] = useSearchParams();
  const datasets = useQuery({ queryKey: ['datasets', workspace.slug], queryFn: () => listDatasets(workspace.slug) });
  const standards = useQuery({ queryKey: ['standards', workspace.slug], queryFn: () => listStandards(workspace.slug) });
  const filled = datasets.data?.items.filter((each) => each.head) ?? [];
  const [chosen, setChosen] = useState<string | null>(parameters.get('dataset'));
  const dataset = chosen ?? filled[0]?.name ?? null;
  const [ref, setRef] = useState('main');
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query, 350);
  const options = (standards.data?.items ?? []).flatMap((standard) => [...standard.versions].sort((a, b) => b.version - a.version).map((each) => ({ value: each.id, label: `${standard.name} · ${t('standards.version_short', { version: each.version })}` })));
  const [picked, setPicked] = useState<string | null>(null);
  const standard = picked ?? options[0]?.value ?? null;
  const [named, setNamed] = useState<string | null>(null);
  const name = named ?? dataset ?? '';
  const [workflow, setWorkflow] = useState({ overlap: 1, review: true, lease_seconds: 900 });
  const action = useAction(async () => {
    if (!dataset || !standard) return;
    const project = await createProject(workspace.slug, { name, dataset, ref, query, standard_version_id: standard, workflow });
    await queries.invalidateQueries({ queryKey: ['projects', workspace.slug] });
    void navigate(workspace.path(`projects/${project.id}`));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  if (datasets.isPending || standards.isPending) return <PageLoading />;
  return (
    <form onSubmit={submit}>
      <PageHeader title={t('labeling.new')} up={{ to: workspace.path('projects'), label: t('labeling.projects') }} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
        <Stack gap="lg">
          <Panel title={t('labeling.step_what')} detail={t('labeling.step_what_detail')}>
            <Stack>
              <Group align="flex-end" wrap="nowrap">
                <Select flex={1} label={t('labeling.dataset')} required allowDeselect={false} data={filled.map((each) => each.name)} value={dataset} onChange={setChosen} data-testid="project-dataset" />
                {dataset ? <RefPicker dataset={dataset} value={ref} onChange={setRef} /> : null}
              </Group>
              <Textarea label={t('labeling.query')} description={t('labeling.query_hint')} autosize minRows={2} value={query} onChange={(event) => setQuery(event.currentTarget.value)} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }} data-testid="project-query" />
            </Stack>
          </Panel>
          <Panel title={t('labeling.step_how')} detail={t('labeling.step_how_detail')}>
            <Stack>
              <TextInput label={t('shared.name')} required value={name} onChange={(event) => setNamed(event.currentTarget.value)} data-testid="project-name" />
              <Select label={t('labeling.standard')} required allowDeselect={false} data={options} value={standard} onChange={setPicked} error={options.length === 0 ? t('labeling.standard_none') : undefined} data-testid="project-standard" />
              <Group grow align="flex-start">
                <NumberInput label={t('labeling.overlap')} description={t('labeling.overlap_hint')} min={1} max={9} value={workflow.overlap} onChange={(value) => setWorkflow({ ...workflow, overlap: Number(value) || 1 })} />
                <Select label={t('labeling.lease')} description={t('labeling.lease_hint')} data={[5, 15, 30, 60].map((count) => ({ value: String(count * 60), label: t('labeling.minutes', { count }) }))} value={String(workflow.lease_seconds)} allowDeselect={false} onChange={(value) => value && setWorkflow({ ...workflow, lease_seconds: Number(value) })} />
              </Group>
              <Switch label={t('labeling.review')} description={t('labeling.review_hint')} checked={workflow.review} onChange={(event) => setWorkflow({ ...workflow, review: event.currentTarget.checked })} data-testid="project-review" />
            </Stack>
          </Panel>
          <ErrorNotice error={action.error ?? datasets.error ?? standards.error} />
          <Group justify="flex-end"><Button type="submit" size="md" loading={action.busy} disabled={!dataset || !standard} data-testid="project-create">{t('labeling.create')}</Button></Group>
        </Stack>
        {dataset ? <Preview dataset={dataset} refName={ref} query={asked} /> : null}
      </SimpleGrid>
    </form>
  );
}

function Preview({ dataset, refName, query }: { dataset: string; refName: string; query: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const preview = useQuery({ queryKey: ['preview', workspace.slug, dataset, refName, query], queryFn: () => previewProject(workspace.slug, { dataset, ref: refName, query }), placeholderData: (before) => before, retry: false });
  return (
    <Panel>
      <Stack aria-live="polite" style={{ opacity: preview.isFetching ? 0.6 : 1 }}>
        {preview.error ? <ErrorNotice error={preview.error} /> : preview.data ? (
          <>
            <Text fw={620} fz="lg" className="tabular" data-testid="preview-count" data-count={preview.data.count}>{preview.data.count === 0 ? t('labeling.preview_none') : t('labeling.preview_count', { count: preview.data.count })}</Text>
            <SampleGrid samples={preview.data.samples.slice(0, 24)} />
          </>
        ) : <PageLoading />}
      </Stack>
    </Panel>
  );
}
