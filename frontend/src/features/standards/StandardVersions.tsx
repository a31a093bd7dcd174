// The published versions of a standard, and the difference of any two.
import { Button, Group, Modal, Select, Stack, Table } from '@mantine/core';
import { IconBook2, IconEqual } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { diffStandard, getStandardVersion } from '../../api/standards';
import type { Standard } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { HashText } from '../../shared/HashText';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { When } from '../../shared/When';
import { ChangeList } from './ChangeList';
import { GuidelineEditor } from './GuidelineEditor';
import { LayersEditor } from './LayersEditor';

export function StandardVersions({ standard }: { standard: Standard }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<number | null>(null);
  if (standard.versions.length === 0) return <EmptyState icon={<IconBook2 />} title={t('standards.draft_only')} detail={t('standards.publish_ask')} />;
  return (
    <Panel flush>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{t('standards.versions')}</Table.Th><Table.Th>Hash</Table.Th><Table.Th>{t('standards.published_at')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {[...standard.versions].sort((a, b) => b.version - a.version).map((version) => (
            <Table.Tr key={version.id} data-testid="standard-version">
              <Table.Td><Button variant="transparent" p={0} h="auto" onClick={() => setShown(version.version)}>{t('standards.version', { version: version.version })}</Button></Table.Td>
              <Table.Td><HashText hash={version.hash} /></Table.Td>
              <Table.Td><Group gap={6}><When at={version.published_at} /></Group></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Modal opened={shown !== null} onClose={() => setShown(null)} size="80rem" title={t('standards.version', { version: shown })}>{shown !== null ? <OldVersion id={standard.id} version={shown} /> : null}</Modal>
    </Panel>
  );
}

function OldVersion({ id, version }: { id: string; version: number }) {
  const workspace = useWorkspace();
  const content = useQuery({ queryKey: ['standard-version', workspace.slug, id, version], queryFn: () => getStandardVersion(workspace.slug, id, version), staleTime: Infinity });
  if (content.isPending) return <PageLoading />;
  if (content.error) return <ErrorNotice error={content.error} />;
  const nothing = () => undefined;
  return (
    <Stack gap="lg">
      <LayersEditor content={content.data} problems={[]} onChange={nothing} editable={false} />
      <GuidelineEditor text={content.data.guideline} onChange={nothing} editable={false} />
    </Stack>
  );
}

export function StandardDiff({ standard }: { standard: Standard }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const numbers = standard.versions.map((each) => each.version).sort((a, b) => a - b);
  const [from, setFrom] = useState(String(numbers.at(-1) ?? ''));
  const [to, setTo] = useState('draft');
  const diff = useQuery({ queryKey: ['standard-diff', workspace.slug, standard.id, from, to, standard.draft_revision], queryFn: () => diffStandard(workspace.slug, standard.id, { from, to }), enabled: from !== '' });
  if (numbers.length === 0) return <EmptyState icon={<IconBook2 />} title={t('standards.draft_only')} detail={t('standards.publish_ask')} />;
  const options = numbers.map((number) => ({ value: String(number), label: t('standards.version', { version: number }) }));
  return (
    <Stack>
      <Group>
        <Select label={t('standards.compare_from')} data={options} value={from} allowDeselect={false} onChange={(value) => value && setFrom(value)} />
        <Select label={t('standards.compare_to')} data={[...options, { value: 'draft', label: t('standards.draft') }]} value={to} allowDeselect={false} onChange={(value) => value && setTo(value)} />
      </Group>
      {diff.isPending ? <PageLoading /> : diff.error ? <ErrorNotice error={diff.error} /> : diff.data.changes.length === 0 ? <EmptyState icon={<IconEqual />} title={t('standards.no_changes')} /> : (
        <Panel flush><ChangeList changes={diff.data.changes} /></Panel>
      )}
    </Stack>
  );
}
