// All branches and tags: where each points, what protects it, and what can be done with it.
import { ActionIcon, Anchor, Button, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { IconArrowMerge, IconDots, IconGitBranch, IconGitCompare, IconLibraryPhoto, IconPencil, IconPlus, IconShieldLock, IconTag, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listRefs } from '../../../api/versioning';
import type { Ref } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { EmptyState } from '../../../shared/EmptyState';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { HashText } from '../../../shared/HashText';
import { PageLoading } from '../../../shared/PageLoading';
import { Panel } from '../../../shared/Panel';
import { useActions, type RefKind } from '../actions/actions_context';
import { useProtected, type Protected } from '../gates/useProtected';

export function RefsPanel({ dataset }: { dataset: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const actions = useActions();
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  if (refs.isPending) return <PageLoading />;
  if (refs.error) return <ErrorNotice error={refs.error} onRetry={() => void refs.refetch()} />;
  const button = (kind: RefKind, label: string) => (workspace.can('manager') ? <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => actions.create(kind, 'main')} data-testid={`new-${kind}`}>{label}</Button> : null);
  const { branches, tags } = refs.data;
  return (
    <Stack gap="lg">
      <Panel flush title={t('versioning.branches')} aside={button('branch', t('versioning.new_branch'))}>
        {branches.length === 0 ? <EmptyState icon={<IconGitBranch />} title={t('versioning.branches_none')} /> : <RefTable dataset={dataset} kind="branch" refs={branches} />}
      </Panel>
      <Panel flush title={t('versioning.tags')} aside={button('tag', t('versioning.new_tag'))}>
        {tags.length === 0 ? <EmptyState icon={<IconTag />} title={t('versioning.tags_none')} detail={t('versioning.tags_none_detail')} /> : <RefTable dataset={dataset} kind="tag" refs={tags} />}
      </Panel>
    </Stack>
  );
}

function RefTable({ dataset, kind, refs }: { dataset: string; kind: RefKind; refs: readonly Ref[] }) {
  const { t } = useTranslation();
  const guards = useProtected(dataset);
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table highlightOnHover layout="fixed">
        <Table.Thead><Table.Tr><Table.Th pl="lg">{t('shared.name')}</Table.Th><Table.Th w={140}>{t('versioning.commit')}</Table.Th><Table.Th w={370}><span className="visually-hidden">{t('versioning.actions')}</span></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>{refs.map((ref) => <RefRow key={ref.name} dataset={dataset} kind={kind} target={ref} guards={guards} />)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RefRow({ dataset, kind, target, guards }: { dataset: string; kind: RefKind; target: Ref; guards: Protected }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const actions = useActions();
  const browse = `${workspace.path(`datasets/${encodeURIComponent(dataset)}/samples`)}?ref=${encodeURIComponent(target.name)}`;
  const guarded = kind === 'branch' && guards.guarded(target.name);
  const fixed = kind === 'branch' && guards.fixed(target.name);
  return (
    <Table.Tr data-testid={`${kind}-row`} data-name={target.name}>
      <Table.Td pl="lg">
        <Group gap={8}>
          <Anchor component={Link} to={browse} size="sm" fw={550} c="inherit" style={{ overflowWrap: 'anywhere' }}>{target.name}</Anchor>
          {guarded ? <Group gap={4} c="dimmed"><IconShieldLock size={14} aria-hidden /><Text size="xs">{t('versioning.protected')}</Text></Group> : null}
        </Group>
      </Table.Td>
      <Table.Td><HashText hash={target.commit} /></Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {target.name === 'main' ? null : <Button size="compact-sm" variant="subtle" leftSection={<IconGitCompare size={14} />} onClick={() => actions.compare('main', target.name)} data-testid="compare-ref">{t('versioning.compare_with', { name: 'main' })}</Button>}
          {workspace.can('manager') && target.name !== 'main' ? <Button size="compact-sm" variant="subtle" leftSection={<IconArrowMerge size={14} />} onClick={() => actions.merge(target.name)} data-testid="merge-ref">{t('versioning.merge_into')}</Button> : null}
          <Menu position="bottom-end" shadow="md" width={210}>
            <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`${t('shell.menu')} ${target.name}`} data-testid="ref-menu"><IconDots size={16} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component={Link} to={browse} leftSection={<IconLibraryPhoto size={15} />}>{t('versioning.browse')}</Menu.Item>
              {workspace.can('manager') ? (
                <>
                  <Menu.Item leftSection={<IconGitBranch size={15} />} onClick={() => actions.create('branch', target.name)}>{t('versioning.branch_here')}</Menu.Item>
                  <Menu.Item leftSection={<IconTag size={15} />} onClick={() => actions.create('tag', target.name)}>{t('versioning.tag_here')}</Menu.Item>
                  {kind === 'branch' ? <Menu.Item leftSection={<IconPencil size={15} />} disabled={fixed} onClick={() => actions.rename(target)}>{t('versioning.rename')}</Menu.Item> : null}
                  <Menu.Item color="var(--s-removed)" leftSection={<IconTrash size={15} />} disabled={fixed} onClick={() => actions.remove(kind, target)} data-testid="delete-ref">{t('versioning.delete')}</Menu.Item>
                </>
              ) : null}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
