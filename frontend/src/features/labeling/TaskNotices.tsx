// What one must be told about the task under the hand: whose it is, which draft this is, what a reviewer wrote.
import { Alert, Button, Group, Text } from '@mantine/core';
import { IconDeviceLaptop, IconMessageCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { taskInHand } from '../../api/labeling';
import { useAction } from '../../shared/useAction';
import { UnsentNotice } from './kept/UnsentNotice';
import type { useAutosave } from './useAutosave';
import type { Bench } from './useBench';
import type { Staged } from './useSitting';

interface Props {
  staged: Staged;
  bench: Bench;
  autosave: ReturnType<typeof useAutosave>;
  workspace: string;
  lost: boolean;
  sent: boolean;
  onNext: () => void;
}

export function TaskNotices({ staged, bench, autosave, workspace, lost, sent, onNext }: Props) {
  const { t } = useTranslation();
  const { task } = staged;
  return (
    <>
      {lost ? <Alert color="orange" title={t('labeling.lease_lost')} data-testid="lease-lost"><Text size="sm" mb="sm">{t('labeling.lease_lost_detail')}</Text><Button size="xs" onClick={onNext}>{t('labeling.take_next')}</Button></Alert> : null}
      {sent ? <UnsentNotice /> : null}
      {lost || sent ? null : <LocalDraftNotice staged={staged} bench={bench} />}
      {autosave.state === 'conflict' && !lost && !sent ? <ConflictNotice staged={staged} bench={bench} autosave={autosave} workspace={workspace} /> : null}
      {task.previous?.review_comment != null ? <Alert color="orange" icon={<IconMessageCircle size={18} />} title={t('labeling.returned')} data-testid="review-comment">{task.previous.review_comment}</Alert> : null}
    </>
  );
}

/** The draft of this browser was newer than the service's, or went another way. */
function LocalDraftNotice({ staged: { opening }, bench }: Pick<Props, 'staged' | 'bench'>) {
  const { t } = useTranslation();
  const [seen, setSeen] = useState(opening.local === 'none');
  if (seen) return null;
  const newer = opening.local === 'newer';
  const take = () => {
    bench.replace(newer ? opening.service : opening.kept);
    setSeen(true);
  };
  return (
    <Alert icon={<IconDeviceLaptop size={18} />} title={newer ? t('labeling.local_newer') : t('labeling.local_forked')} withCloseButton closeButtonLabel={t('shared.close')} onClose={() => setSeen(true)} data-testid="local-draft" data-local={opening.local}>
      <Text size="sm" mb="xs">{newer ? t('labeling.local_newer_detail') : t('labeling.local_forked_detail')}</Text>
      <Button size="xs" variant="default" onClick={take} data-testid="local-draft-other">{newer ? t('labeling.local_use_service') : t('labeling.local_use_kept')}</Button>
    </Alert>
  );
}

/** Another tab or browser of the same person saved in between: nothing is overwritten until one chooses. */
function ConflictNotice({ staged: { task }, bench, autosave, workspace }: Pick<Props, 'staged' | 'bench' | 'autosave' | 'workspace'>) {
  const { t } = useTranslation();
  const settle = useAction(async (mine: boolean) => {
    const draft = (await taskInHand(workspace, task.id))?.draft;
    const items = draft?.result.items ?? [];
    autosave.rebase(draft?.revision ?? 0, items, mine ? undefined : items);
    if (!mine) bench.replace(items);
  });
  return (
    <Alert color="orange" title={t('labeling.save_conflict')} role="alert" data-testid="draft-conflict">
      <Text size="sm" mb="xs">{t('labeling.save_conflict_detail')}</Text>
      <Group gap="xs">
        <Button size="xs" variant="default" loading={settle.busy} onClick={() => void settle.run(true)}>{t('labeling.keep_mine')}</Button>
        <Button size="xs" variant="default" loading={settle.busy} onClick={() => void settle.run(false)}>{t('labeling.take_theirs')}</Button>
      </Group>
    </Alert>
  );
}
