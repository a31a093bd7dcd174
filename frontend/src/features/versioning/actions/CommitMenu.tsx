// What can be done with a commit.
import { Menu } from '@mantine/core';
import { IconArrowBackUp, IconArrowMerge, IconGitBranch, IconGitCompare, IconLibraryPhoto, IconTag } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { GraphCommit } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { useActions } from './actions_context';

export function CommitMenu({ dataset, commit }: { dataset: string; commit: Pick<GraphCommit, 'hash' | 'parents'> }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const actions = useActions();
  const browse = `${workspace.path(`datasets/${encodeURIComponent(dataset)}/samples`)}?ref=${commit.hash}`;
  return (
    <>
      <Menu.Item component={Link} to={browse} leftSection={<IconLibraryPhoto size={15} />}>{t('versioning.browse')}</Menu.Item>
      <Menu.Item leftSection={<IconGitCompare size={15} />} onClick={() => actions.compare(commit.hash, 'main')}>{t('versioning.compare_with', { name: 'main' })}</Menu.Item>
      {workspace.can('manager') ? (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={<IconGitBranch size={15} />} onClick={() => actions.create('branch', commit.hash)} data-testid="branch-here">{t('versioning.branch_here')}</Menu.Item>
          <Menu.Item leftSection={<IconTag size={15} />} onClick={() => actions.create('tag', commit.hash)}>{t('versioning.tag_here')}</Menu.Item>
          <Menu.Item leftSection={<IconArrowMerge size={15} />} onClick={() => actions.merge(commit.hash)}>{t('versioning.merge_into')}</Menu.Item>
          {commit.parents.length > 0 ? <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => actions.revert(commit.hash)} data-testid="revert">{t('versioning.revert')}</Menu.Item> : null}
        </>
      ) : null}
    </>
  );
}
