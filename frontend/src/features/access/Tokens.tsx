import { Alert, Button, Code, CopyButton, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { createToken, listTokens, revokeToken } from '../../api/access';
import type { ApiToken, Role } from '../../api/types';
import { allows, useWorkspace } from '../../app/session';
import { ConfirmModal } from '../../shared/ConfirmModal';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { useAction } from '../../shared/useAction';
import { When } from '../../shared/When';
import { useRoleOptions } from './roles';

export function Tokens() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [making, make] = useDisclosure(false);
  const [fresh, setFresh] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const key = ['tokens', workspace.slug];
  const tokens = useQuery({ queryKey: key, queryFn: () => listTokens(workspace.slug) });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  if (tokens.isPending) return <PageLoading />;
  if (tokens.error) return <ErrorNotice error={tokens.error} onRetry={() => void tokens.refetch()} />;
  return (
    <Stack>
      {fresh ? (
        <Alert color="green" icon={<IconKey />} title={t('access.token_once')} withCloseButton onClose={() => setFresh(null)} closeButtonLabel={t('shared.close')}>
          <Text size="sm" mb="xs">{t('access.token_once_detail')}</Text>
          <Group wrap="nowrap">
            <Code fz="sm" style={{ overflowWrap: 'anywhere' }} data-testid="fresh-token">{fresh}</Code>
            <CopyButton value={fresh}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy} leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}>{copied ? t('shared.copied') : t('shared.copy')}</Button>}</CopyButton>
          </Group>
        </Alert>
      ) : null}
      <Panel flush title={t('access.tokens')} detail={t('access.tokens_detail')} aside={<Button leftSection={<IconKey size={16} />} onClick={make.open} data-testid="new-token">{t('access.new_token')}</Button>}>
        {tokens.data.items.length === 0 ? <EmptyState icon={<IconKey />} title={t('access.no_tokens')} /> : (
          <Table.ScrollContainer minWidth={600}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('shared.name')}</Table.Th><Table.Th>{t('shared.role')}</Table.Th><Table.Th>{t('access.token_prefix')}</Table.Th><Table.Th>{t('access.last_used')}</Table.Th><Table.Th>{t('access.created')}</Table.Th><Table.Th><span className="visually-hidden">{t('shared.actions')}</span></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {tokens.data.items.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td><Text size="sm" fw={550}>{token.name}</Text></Table.Td>
                  <Table.Td>{t(`access.role_${token.role}`)}</Table.Td>
                  <Table.Td className="mono">{token.prefix}…</Table.Td>
                  <Table.Td>{token.last_used_at ? <When at={token.last_used_at} /> : <Text size="sm" c="dimmed">{t('access.never')}</Text>}</Table.Td>
                  <Table.Td><When at={token.created_at} /></Table.Td>
                  <Table.Td ta="right"><Button size="compact-sm" variant="subtle" color="red" onClick={() => setRevoking(token)}>{t('access.revoke')}</Button></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          </Table.ScrollContainer>
        )}
      </Panel>
      <Modal opened={making} onClose={make.close} title={t('access.new_token')}><NewToken onDone={(token) => { make.close(); setFresh(token); void refresh(); }} /></Modal>
      <ConfirmModal
        opened={revoking !== null} onClose={() => setRevoking(null)} title={t('access.revoke')} detail={t('access.revoke_ask', { name: revoking?.name })} confirm={t('access.revoke')} danger
        onConfirm={async () => { if (revoking) await revokeToken(workspace.slug, revoking.id); await refresh(); }}
      />
    </Stack>
  );
}

function NewToken({ onDone }: { onDone: (token: string) => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const roles = useRoleOptions().filter(({ value }) => allows(workspace.role, value));
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(workspace.role);
  const [days, setDays] = useState('90');
  const action = useAction(async () => {
    const expires = days === '0' ? {} : { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() };
    onDone((await createToken(workspace.slug, { name, role, ...expires })).token);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  const lifetimes = [{ value: '0', label: t('access.expires_never') }, ...['7', '30', '90', '365'].map((value) => ({ value, label: t('access.expires_days', { days: value }) }))];
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t('shared.name')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus data-testid="token-name" />
        <Select label={t('shared.role')} data={roles} value={role} allowDeselect={false} onChange={(value) => value && setRole(value as Role)} />
        <Select label={t('access.expires')} data={lifetimes} value={days} allowDeselect={false} onChange={(value) => value && setDays(value)} />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy} data-testid="token-submit">{t('shared.create')}</Button></Group>
      </Stack>
    </form>
  );
}
