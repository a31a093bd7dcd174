// The name of a branch or a tag, with a shield where the branch is protected.
import { Badge } from '@mantine/core';
import { IconGitBranch, IconShieldLock, IconTag } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function RefBadge({ name, tag, guarded = false }: { name: string; tag: boolean; guarded?: boolean }) {
  const { t } = useTranslation();
  const title = tag ? t('versioning.tag_named', { name }) : guarded ? t('versioning.protected_branch_named', { name }) : t('versioning.branch_named', { name });
  const icon = tag ? <IconTag size={11} aria-hidden /> : guarded ? <IconShieldLock size={12} aria-hidden /> : <IconGitBranch size={11} aria-hidden />;
  return <Badge size="sm" radius="sm" tt="none" fw={550} color={tag ? 'gray' : undefined} variant={tag ? 'outline' : 'light'} leftSection={icon} title={title} maw={180} data-testid="ref-badge" data-name={name} data-protected={guarded}>{name}</Badge>;
}
