// The record of what was erased, when, by whom and why.
import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listErasures } from '../../api/upkeep';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { Panel } from '../../shared/Panel';
import { When } from '../../shared/When';

export function Erasures() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const erasures = useQuery({ queryKey: ['erasures', workspace.slug], queryFn: () => listErasures(workspace.slug) });
  const rows = erasures.data?.items ?? [];
  return (
    <Panel flush={rows.length > 0} title={t('upkeep.erasures')}>
      <ErrorNotice error={erasures.error} onRetry={() => void erasures.refetch()} />
      {erasures.data && rows.length === 0 ? <Text size="sm" c="dimmed">{t('upkeep.no_erasures')}</Text> : null}
      {rows.length > 0 ? (
        <Table.ScrollContainer minWidth={560} type="native">
          <Table>
            <Table.Thead><Table.Tr><Table.Th pl="lg">{t('upkeep.keys')}</Table.Th><Table.Th>{t('upkeep.reason')}</Table.Th><Table.Th>{t('upkeep.author')}</Table.Th><Table.Th>{t('upkeep.erased_at')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.id} data-testid="erasure">
                  <Table.Td pl="lg" className="mono" style={{ overflowWrap: 'anywhere' }}>{row.keys.map((key) => <div key={key}>{key}</div>)}</Table.Td>
                  <Table.Td>{row.reason}</Table.Td>
                  <Table.Td>{row.author}</Table.Td>
                  <Table.Td><When at={row.erased_at} /></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
    </Panel>
  );
}
