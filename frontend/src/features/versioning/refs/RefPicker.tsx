// Which version is shown: a branch, a tag, or any commit.
import { Button, Group, Menu, TextInput } from '@mantine/core';
import { IconChevronDown, IconGitBranch, IconGitCommit, IconTag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRefs } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';

const looksLikeHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

export function RefPicker({ dataset, value, onChange, label }: { dataset: string; value: string; onChange: (ref: string) => void; label?: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const [other, setOther] = useState('');
  const tagged = refs.data?.tags.some((tag) => tag.name === value);
  const icon = looksLikeHash(value) ? <IconGitCommit size={16} /> : tagged ? <IconTag size={16} /> : <IconGitBranch size={16} />;
  return (
    <Menu position="bottom-end" width={240} shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={icon} rightSection={<IconChevronDown size={14} />} data-testid="ref-picker" aria-label={`${label ?? t('versioning.version')}: ${looksLikeHash(value) ? value.slice(0, 10) : value}`} fw={500}>
          {looksLikeHash(value) ? value.slice(0, 10) : value}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflow: 'auto' }}>
        <Menu.Label>{t('versioning.branches')}</Menu.Label>
        {refs.data?.branches.map((ref) => <Menu.Item key={ref.name} leftSection={<IconGitBranch size={15} />} onClick={() => onChange(ref.name)} fw={ref.name === value ? 600 : undefined}>{ref.name}</Menu.Item>)}
        {refs.data && refs.data.tags.length > 0 ? <Menu.Label>{t('versioning.tags')}</Menu.Label> : null}
        {refs.data?.tags.map((ref) => <Menu.Item key={ref.name} leftSection={<IconTag size={15} />} onClick={() => onChange(ref.name)} fw={ref.name === value ? 600 : undefined}>{ref.name}</Menu.Item>)}
        <Menu.Label>{t('versioning.a_commit')}</Menu.Label>
        <Group px="xs" pb={6} gap={6} wrap="nowrap">
          <TextInput size="xs" placeholder={t('versioning.hash_or_ref')} aria-label={t('versioning.hash_or_ref')} value={other} onChange={(event) => setOther(event.currentTarget.value)} onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Enter' && other) onChange(other.trim()); }} />
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}
