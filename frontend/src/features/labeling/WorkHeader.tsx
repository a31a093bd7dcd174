// The strip above a full-screen page: where one is, how far the project is, whether the work is saved.
import { ActionIcon, Progress, Text, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconKeyboard } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Project } from '../../api/types';
import { Toggles } from '../../app/Shell';
import { useWorkspace } from '../../app/session';
import type { SaveState } from './kept/draft_sync';
import type { OutboxEntry } from './kept/local_store';
import { UnsentBadge } from './kept/UnsentBadge';
import styles from './labeling.module.css';

interface Props {
  project: Project;
  count: number;
  title?: string;
  saveState?: SaveState;
  onHelp?: () => void;
  /** Puts a refused answer back under the hand. */
  onReopen?: (entry: OutboxEntry) => Promise<boolean>;
}

export function WorkHeader({ project, count, title, saveState, onHelp, onReopen }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { accepted, in_review, skipped, total } = project.progress;
  const done = accepted + in_review + skipped;
  return (
    <header className={styles.header}>
      <Tooltip label={t('labeling.back_to_project')}><ActionIcon component={Link} to={workspace.path(`projects/${project.id}`)} variant="subtle" color="gray" aria-label={t('labeling.back_to_project')} data-testid="back-to-project"><IconArrowLeft size={18} /></ActionIcon></Tooltip>
      <Text component="h1" fw={620} size="sm" truncate m={0}>{project.name}</Text>
      {title ? <Text size="sm" c="dimmed" truncate visibleFrom="sm">{title}</Text> : null}
      <div style={{ flex: 1 }} />
      <UnsentBadge onReopen={onReopen} />
      {saveState ? <span className={styles.saveState} data-state={saveState} data-testid="save-state" role="status">{t(`labeling.${saveState === 'failed' ? 'save_failed' : saveState === 'conflict' ? 'save_conflict' : saveState}`)}</span> : null}
      <Text size="xs" c="dimmed" className="tabular" data-testid="session-count" data-count={count} visibleFrom="md" style={{ whiteSpace: 'nowrap' }}>{t('labeling.session_count', { count })}</Text>
      <Tooltip label={t('labeling.progress_done', { done, total })}><Progress value={total ? (done / total) * 100 : 0} w={140} size="sm" aria-label={t('labeling.progress')} data-testid="label-progress" visibleFrom="sm" /></Tooltip>
      <Text size="xs" c="dimmed" className="tabular" style={{ whiteSpace: 'nowrap' }}>{done} / {total}</Text>
      {onHelp ? <Tooltip label={`${t('labeling.keys')} (?)`}><ActionIcon variant="subtle" color="gray" aria-label={t('labeling.keys')} onClick={onHelp} data-testid="help"><IconKeyboard size={19} stroke={1.6} /></ActionIcon></Tooltip> : null}
      <Toggles />
    </header>
  );
}
