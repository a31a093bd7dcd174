import { Button, Card, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBook2, IconPlus, IconWand } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { listDatasets } from '../../api/datasets';
import { createStandard, generateStandard, listStandards } from '../../api/standards';
import type { StandardSummary } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { StateBadge } from '../../shared/StateBadge';
import { useAction } from '../../shared/useAction';
import { When } from '../../shared/When';
import { RefPicker } from '../versioning/refs/RefPicker';
import { emptyStandard } from './editing';
import cards from '../datasets/datasets.module.css';

export default function StandardsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [making, make] = useDisclosure(false);
  const [generating, generate] = useDisclosure(false);
  const standards = useQuery({ queryKey: ['standards', workspace.slug], queryFn: () => listStandards(workspace.slug) });
  const buttons = workspace.can('manager') ? (
    <Group>
      <Button variant="default" leftSection={<IconPlus size={16} />} onClick={make.open} data-testid="new-standard">{t('standards.new')}</Button>
      <Button leftSection={<IconWand size={16} />} onClick={generate.open} data-testid="generate-standard">{t('standards.generate')}</Button>
    </Group>
  ) : null;
  return (
    <>
      <PageHeader title={t('standards.title')} subtitle={t('standards.subtitle')}>{standards.data?.items.length ? buttons : null}</PageHeader>
      {standards.isPending ? <PageLoading /> : null}
      <ErrorNotice error={standards.error} onRetry={() => void standards.refetch()} />
      {standards.data?.items.length === 0 ? <EmptyState icon={<IconBook2 />} title={t('standards.none')} detail={t('standards.none_detail')}>{buttons}</EmptyState> : null}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="lg">{standards.data?.items.map((standard) => <StandardCard key={standard.id} standard={standard} />)}</SimpleGrid>
      <Modal opened={making} onClose={make.close} title={t('standards.new')}><NewStandard /></Modal>
      <Modal opened={generating} onClose={generate.close} title={t('standards.generate')}><GenerateStandard /></Modal>
    </>
  );
}

function StandardCard({ standard }: { standard: StandardSummary }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const newest = Math.max(0, ...standard.versions.map((each) => each.version));
  return (
    <Card component={Link} to={workspace.path(`standards/${standard.id}`)} withBorder radius="lg" padding="lg" className={cards.card} data-testid="standard-card">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} fz="h3" style={{ overflowWrap: 'anywhere' }}>{standard.name}</Title>
        {newest > 0 ? <StateBadge state="published" label={t('standards.version_short', { version: newest })} /> : <StateBadge state="draft" label={t('standards.draft_only')} />}
      </Group>
      <Group justify="space-between" mt="md">
        <Text size="sm" c="dimmed">{t('standards.version_count', { count: standard.versions.length })}</Text>
        <When at={standard.updated_at} />
      </Group>
    </Card>
  );
}

function NewStandard() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const action = useAction(async () => void navigate(workspace.path(`standards/${(await createStandard(workspace.slug, { name, content: emptyStandard(name) })).id}`)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t('shared.name')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus data-testid="standard-name" />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy} data-testid="standard-create">{t('shared.create')}</Button></Group>
      </Stack>
    </form>
  );
}

function GenerateStandard() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const datasets = useQuery({ queryKey: ['datasets', workspace.slug], queryFn: () => listDatasets(workspace.slug) });
  const [chosen, setChosen] = useState<string | null>(null);
  const dataset = chosen ?? datasets.data?.items.find((each) => each.head)?.name ?? null;
  const [ref, setRef] = useState('main');
  const [named, setName] = useState<string | null>(null);
  const name = named ?? dataset ?? '';
  const action = useAction(async () => {
    if (dataset) void navigate(workspace.path(`standards/${(await generateStandard(workspace.slug, { dataset, ref, name })).id}`));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">{t('standards.generate_detail')}</Text>
        <Group align="flex-end" wrap="nowrap">
          <Select label={t('standards.dataset')} flex={1} required allowDeselect={false} data={datasets.data?.items.map((each) => each.name) ?? []} value={dataset} onChange={(value) => setChosen(value)} data-testid="generate-dataset" />
          {dataset ? <RefPicker dataset={dataset} value={ref} onChange={setRef} /> : null}
        </Group>
        <TextInput label={t('shared.name')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-testid="generate-name" />
        <ErrorNotice error={action.error ?? datasets.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy} disabled={!dataset} data-testid="generate-submit">{t('standards.generate_go')}</Button></Group>
      </Stack>
    </form>
  );
}
