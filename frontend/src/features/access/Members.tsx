import { ActionIcon, Button, Group, Modal, PasswordInput, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { addMember, changeMember, listMembers, removeMember } from '../../api/access';
import type { Member, Role } from '../../api/types';
import { useSession, useWorkspace } from '../../app/session';
import { ConfirmModal } from '../../shared/ConfirmModal';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { useAction } from '../../shared/useAction';
import { When } from '../../shared/When';
import { useRoleOptions } from './roles';

export function Members() {
  const { t } = useTranslation();
  const me = useSession();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const roles = useRoleOptions();
  const [adding, add] = useDisclosure(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const key = ['members', workspace.slug];
  const members = useQuery({ queryKey: key, queryFn: () => listMembers(workspace.slug) });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const change = useAction(async (id: string, role: Role) => {
    await changeMember(workspace.slug, id, role);
    await refresh();
  });
  const owner = workspace.can('owner');
  if (members.isPending) return <PageLoading />;
  if (members.error) return <ErrorNotice error={members.error} onRetry={() => void members.refetch()} />;
  return (
    <Panel flush title={t('access.members')} detail={t('access.members_detail')} aside={owner ? <Button leftSection={<IconUserPlus size={16} />} onClick={add.open} data-testid="add-member">{t('access.add_member')}</Button> : null}>
      <ErrorNotice error={change.error} />
      <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead><Table.Tr><Table.Th>{t('shared.name')}</Table.Th><Table.Th>{t('shared.role')}</Table.Th><Table.Th>{t('access.joined')}</Table.Th><Table.Th><span className="visually-hidden">{t('shared.actions')}</span></Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {members.data.items.map((member) => (
            <Table.Tr key={member.user.id}>
              <Table.Td><Text size="sm" fw={550}>{member.user.name}{member.user.id === me.user.id ? ` (${t('access.you')})` : ''}</Text><Text size="xs" c="dimmed">{member.user.email}</Text></Table.Td>
              <Table.Td>
                {owner && member.user.id !== me.user.id
                  ? <Select size="xs" w={140} data={roles} value={member.role} allowDeselect={false} aria-label={`${t('shared.role')} ${member.user.name}`} onChange={(role) => role && void change.run(member.user.id, role as Role)} />
                  : t(`access.role_${member.role}`)}
              </Table.Td>
              <Table.Td><When at={member.created_at} /></Table.Td>
              <Table.Td ta="right">
                {owner && member.user.id !== me.user.id ? <ActionIcon variant="subtle" color="gray" aria-label={t('access.remove_member', { name: member.user.name })} onClick={() => setLeaving(member)}><IconTrash size={16} /></ActionIcon> : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      </Table.ScrollContainer>
      <Modal opened={adding} onClose={add.close} title={t('access.add_member')}><AddMember onDone={() => { add.close(); void refresh(); }} /></Modal>
      <ConfirmModal
        opened={leaving !== null} onClose={() => setLeaving(null)} title={t('access.remove_member', { name: leaving?.user.name })} detail={t('access.remove_member_ask', { name: leaving?.user.name })} confirm={t('shared.remove')} danger
        onConfirm={async () => { if (leaving) await removeMember(workspace.slug, leaving.user.id); await refresh(); }}
      />
    </Panel>
  );
}

function AddMember({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const roles = useRoleOptions();
  const [form, setForm] = useState({ email: '', name: '', role: 'annotator' as Role, password: '' });
  const action = useAction(async () => {
    await addMember(workspace.slug, form);
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  const put = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t('shared.name')} required value={form.name} onChange={(event) => put({ name: event.currentTarget.value })} data-autofocus data-testid="member-name" />
        <TextInput label={t('shared.email')} type="email" required value={form.email} onChange={(event) => put({ email: event.currentTarget.value })} data-testid="member-email" />
        <Select label={t('shared.role')} data={roles} value={form.role} allowDeselect={false} onChange={(role) => role && put({ role: role as Role })} data-testid="member-role" />
        <PasswordInput label={t('access.initial_password')} description={t('access.password_hint')} required minLength={10} autoComplete="new-password" value={form.password} onChange={(event) => put({ password: event.currentTarget.value })} data-testid="member-password" />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy} data-testid="member-submit">{t('access.add_member')}</Button></Group>
      </Stack>
    </form>
  );
}
