// A merge or a revert before it is made: what it comes to, its conflicts, and its completion.
import { Alert, Badge, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconArrowBackUp, IconArrowLeft, IconCheck, IconGitMerge, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergePreview, MergeResult } from '../../../api/types';
import { moveBranch, type Joining } from '../../../api/versioning';
import { RunningJob } from '../../../app/jobs/RunningJob';
import { useWorkspace } from '../../../app/session';
import { EmptyState } from '../../../shared/EmptyState';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { HashText } from '../../../shared/HashText';
import { PageLoading } from '../../../shared/PageLoading';
import { Panel } from '../../../shared/Panel';
import { useUndoable } from '../../../shared/undoable';
import { useActions } from '../actions/actions_context';
import { GateRefusal } from '../gates/GateRefusal';
import { useCounted } from '../useCounted';
import { ConflictDesk } from './ConflictDesk';
import { settledCount } from './settling';
import { hasMoved, useCompletion, usePreview, useSettling, type Previewed } from './useJoining';
import classes from './merge.module.css';

interface Props {
  dataset: string;
  joining: Joining;
  onBack: () => void;
  /** The merge is made. */
  onDone: () => void;
}

const shortName = (name: string): string => (/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 10) : name);

export function JoiningPage({ dataset, joining, onBack, onDone }: Props) {
  const { t } = useTranslation();
  const { previewed, error, isPending, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = usePreview(dataset, joining);
  const title = 'into' in joining ? t('versioning.merge_title', { from: shortName(joining.from), into: joining.into }) : t('versioning.revert_title', { commit: shortName(joining.commit), branch: joining.branch });
  return (
    <Stack gap="lg" data-testid="joining" data-outcome={previewed?.preview.outcome}>
      <Group>
        <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>{t('versioning.back_to_history')}</Button>
        <Title order={2} fz="lg">{title}</Title>
      </Group>
      {isPending || (isFetching && !isFetchingNextPage) ? <PageLoading /> : null}
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {previewed && (!isFetching || isFetchingNextPage) ? (
        <Settlement
          key={`${previewed.preview.ours} ${previewed.preview.theirs}`} dataset={dataset} joining={joining} previewed={previewed} onBack={onBack} onDone={onDone} onAgain={() => void refetch()}
          more={hasNextPage ? { loading: isFetchingNextPage, load: () => void fetchNextPage() } : null}
        />
      ) : null}
    </Stack>
  );
}

interface SettlementProps extends Props {
  previewed: Previewed;
  onAgain: () => void;
  more: { loading: boolean; load: () => void } | null;
}

function Settlement({ dataset, joining, previewed, onBack, onDone, onAgain, more }: SettlementProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const undoable = useUndoable();
  const settling = useSettling(dataset, joining, previewed);
  const { preview, conflicts } = previewed;
  const from = 'into' in joining ? shortName(joining.from) : shortName(joining.commit);
  const [message, setMessage] = useState(() => ('into' in joining ? t('versioning.merge_message', { from, into: joining.into }) : t('versioning.revert_message', { commit: from })));
  const done = (result: MergeResult) => {
    settling.forget();
    undoable({
      done: t(`versioning.done_${result.outcome}`, { branch: result.branch, commit: result.commit.slice(0, 10) }), undone: t('versioning.moved_back', { branch: result.branch, commit: result.old.slice(0, 10) }),
      undo: () => moveBranch(workspace.slug, dataset, result.branch, result.commit, result.old),
    });
    onDone();
  };
  const completion = useCompletion(dataset, joining, previewed, done);
  const settled = settledCount(conflicts, preview.conflict_count, settling.settled);
  const open = preview.conflict_count - settled;
  const complete = () => void completion.run(settling.settled.choices, settling.settled.rest, message.trim());
  if (preview.outcome === 'up_to_date') return <EmptyState icon={<IconCheck />} title={t('versioning.up_to_date')} detail={t('into' in joining ? 'versioning.up_to_date_detail' : 'versioning.revert_nothing')}><Button variant="default" onClick={onBack}>{t('versioning.back_to_history')}</Button></EmptyState>;
  const moved = hasMoved(completion.error);
  return (
    <>
      <Facts preview={preview} joining={joining} />
      {settling.lost > 0 ? <Alert color="yellow" data-testid="choices-lost">{t('versioning.choices_lost', { count: settling.lost })}</Alert> : null}
      {preview.conflict_count > 0 ? (
        <ConflictDesk dataset={dataset} previewed={previewed} settling={settling} more={more} names={{ ours: preview.branch, theirs: 'into' in joining ? from : t('versioning.before_commit', { commit: from }) }} onComplete={open === 0 ? complete : null} />
      ) : null}
      {moved ? (
        <Alert color="yellow" icon={<IconRefresh />} title={t('versioning.moved_title', { branch: preview.branch })} data-testid="branch-moved">
          <Text size="sm">{t('versioning.moved_detail')}</Text>
          <Button mt="sm" size="compact-sm" onClick={onAgain} data-testid="preview-again">{t('versioning.preview_again')}</Button>
        </Alert>
      ) : <GateRefusal dataset={dataset} branch={preview.branch} error={completion.error} />}
      <RunningJob job={completion.job} />
      {workspace.can('manager') ? (
        <Panel>
          <div className={classes.finish}>
            {preview.outcome === 'fast_forward' ? <Text size="sm" style={{ flex: 1, minWidth: 260, alignSelf: 'center' }}>{t('versioning.fast_forward_detail')}</Text> : <TextInput style={{ flex: 1, minWidth: 260 }} label={t('versioning.message')} value={message} onChange={(event) => setMessage(event.currentTarget.value)} disabled={completion.busy} />}
            <Button leftSection={'into' in joining ? <IconGitMerge size={16} /> : <IconArrowBackUp size={16} />} disabled={open > 0 || moved} loading={completion.busy} onClick={complete} data-testid="complete-merge">{open > 0 ? t('versioning.settle_first', { count: open }) : t('into' in joining ? 'versioning.complete_merge' : 'versioning.complete_revert')}</Button>
          </div>
        </Panel>
      ) : <Text size="sm" c="dimmed">{t('versioning.managers_merge')}</Text>}
    </>
  );
}

function Facts({ preview, joining }: { preview: MergePreview; joining: Joining }) {
  const { t } = useTranslation();
  const actions = useActions();
  const counted = useCounted();
  const clean = preview.conflict_count === 0;
  return (
    <Panel>
      <Group justify="space-between" gap="lg">
        <Stack gap={6}>
          <Group gap="xs">
            <Badge variant="light" color={clean ? 'green' : 'yellow'} tt="none" radius="sm" data-testid="merge-outcome">{clean ? t(`versioning.outcome_${preview.outcome}`) : t('versioning.outcome_conflicts', { count: preview.conflict_count })}</Badge>
            <Text size="sm">{t('versioning.would_change', counted(preview.samples_changed, preview.labels_changed))}</Text>
          </Group>
          {'into' in joining ? (
            <Group gap="md">
              <Text size="sm" c="dimmed">{t('versioning.joining_distance', { ahead: preview.ahead, behind: preview.behind, branch: preview.branch })}</Text>
              <Group gap={6}><Text size="sm" c="dimmed">{t('versioning.merge_base')}</Text><HashText hash={preview.base} /></Group>
            </Group>
          ) : null}
        </Stack>
        <Button variant="default" size="compact-sm" onClick={() => ('into' in joining ? actions.compare(preview.base, preview.theirs) : actions.compare(preview.theirs, preview.base))}>{t('into' in joining ? 'versioning.see_incoming' : 'versioning.see_reverted')}</Button>
      </Group>
    </Panel>
  );
}
