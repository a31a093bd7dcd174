import { Button, Card, Group, Modal, SimpleGrid, Skeleton, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDatabase, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { createDataset, listDatasets } from '../../api/datasets';
import type { Dataset } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { useAction } from '../../shared/useAction';
import { When } from '../../shared/When';
import { DatasetCover } from './DatasetCover';
import classes from './datasets.module.css';

export default function DatasetsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [creating, create] = useDisclosure(false);
  const datasets = useQuery({ queryKey: ['datasets', workspace.slug], queryFn: () => listDatasets(workspace.slug) });
  const button = workspace.can('manager') ? <Button leftSection={<IconPlus size={16} />} onClick={create.open} data-testid="new-dataset">{t('datasets.new')}</Button> : null;
  return (
    <>
      <PageHeader title={t('datasets.title')} subtitle={t('datasets.subtitle')}>{datasets.data?.items.length ? button : null}</PageHeader>
      <ErrorNotice error={datasets.error} onRetry={() => void datasets.refetch()} />
      {datasets.isPending ? <SimpleGrid cols={{ base: 1, xs: 2, lg: 3, xl: 4 }}>{[1, 2, 3, 4].map((each) => <Skeleton key={each} h={230} radius="lg" />)}</SimpleGrid> : null}
      {datasets.data?.items.length === 0 ? <EmptyState icon={<IconDatabase />} title={t('datasets.none')} detail={t('datasets.none_detail')}>{button}</EmptyState> : null}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3, xl: 4 }} spacing="lg">{datasets.data?.items.map((dataset) => <DatasetCard key={dataset.id} dataset={dataset} />)}</SimpleGrid>
      <Modal opened={creating} onClose={create.close} title={t('datasets.new')}><NewDataset /></Modal>
    </>
  );
}

function DatasetCard({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  return (
    <Card component={Link} to={workspace.path(`datasets/${encodeURIComponent(dataset.name)}`)} withBorder radius="lg" padding="md" className={classes.card} data-testid="dataset-card">
      <Card.Section><DatasetCover dataset={dataset} /></Card.Section>
      <Title order={2} fz="h3" mt="md" style={{ overflowWrap: 'anywhere' }}>{dataset.name}</Title>
      {dataset.description ? <Text size="sm" c="dimmed" lineClamp={2} mt={2}>{dataset.description}</Text> : null}
      <Group justify="space-between" mt="auto" pt="sm">
        <Text size="sm" className="tabular">{dataset.head ? t('datasets.samples', { count: dataset.head.samples }) : t('datasets.no_commits')}</Text>
        <When at={dataset.created_at} />
      </Group>
    </Card>
  );
}

function NewDataset() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const action = useAction(async () => {
    const dataset = await createDataset(workspace.slug, { name, description });
    await queries.invalidateQueries({ queryKey: ['datasets', workspace.slug] });
    void navigate(workspace.path(`datasets/${encodeURIComponent(dataset.name)}`));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t('shared.name')} description={t('datasets.name_hint')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus data-testid="dataset-name" />
        <Textarea label={t('shared.description')} value={description} onChange={(event) => setDescription(event.currentTarget.value)} autosize minRows={2} />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy} data-testid="dataset-create">{t('shared.create')}</Button></Group>
      </Stack>
    </form>
  );
}
