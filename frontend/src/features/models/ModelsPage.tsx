import { Button, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBrain, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listModels } from '../../api/models';
import type { Model, ModelVersion } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { HashText } from '../../shared/HashText';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { When } from '../../shared/When';
import { manifestFacts } from './manifest';
import { RegisterForm } from './RegisterForm';

export default function ModelsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [registering, register] = useDisclosure(false);
  const key = ['models', workspace.slug];
  const models = useQuery({ queryKey: key, queryFn: () => listModels(workspace.slug) });
  const button = workspace.can('manager') ? <Button leftSection={<IconPlus size={16} />} onClick={register.open} data-testid="register-model">{t('models.register')}</Button> : null;
  return (
    <>
      <PageHeader title={t('models.title')} subtitle={t('models.subtitle')}>{models.data?.items.length ? button : null}</PageHeader>
      {models.isPending ? <PageLoading /> : null}
      <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />
      {models.data?.items.length === 0 ? <EmptyState icon={<IconBrain />} title={t('models.none')} detail={t('models.none_detail')}>{button}</EmptyState> : null}
      <Stack gap="lg">{models.data?.items.map((model) => <ModelPanel key={model.id} model={model} />)}</Stack>
      <Modal opened={registering} onClose={register.close} size="lg" title={t('models.register')}><RegisterForm onDone={() => { register.close(); void queries.invalidateQueries({ queryKey: key }); }} /></Modal>
    </>
  );
}

function ModelPanel({ model }: { model: Model }) {
  const { t } = useTranslation();
  return (
    <Panel flush title={model.name}>
      <Table.ScrollContainer minWidth={640}>
        <Table data-testid="model">
          <Table.Thead><Table.Tr><Table.Th>{t('models.version')}</Table.Th><Table.Th>{t('models.task')}</Table.Th><Table.Th>{t('models.layer')}</Table.Th><Table.Th>{t('models.classes')}</Table.Th><Table.Th>Hash</Table.Th><Table.Th>{t('models.registered')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {[...model.versions].sort((a, b) => b.version - a.version).map((version) => <VersionRow key={version.id} version={version} />)}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function VersionRow({ version }: { version: ModelVersion }) {
  const { t } = useTranslation();
  const { task, layer, classes } = manifestFacts(version.manifest);
  return (
    <Table.Tr>
      <Table.Td>{t('standards.version_short', { version: version.version })}</Table.Td>
      <Table.Td>{t(`models.task_${task}`, { defaultValue: task })}</Table.Td>
      <Table.Td>{layer}</Table.Td>
      <Table.Td><Text size="sm" lineClamp={1} title={classes.join(', ')}>{classes.slice(0, 8).join(', ')}{classes.length > 8 ? '…' : ''}</Text></Table.Td>
      <Table.Td><HashText hash={version.hash} /></Table.Td>
      <Table.Td><When at={version.created_at} /></Table.Td>
    </Table.Tr>
  );
}
