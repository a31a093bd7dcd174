// Asks before publishing, and shows what the new version changes. The draft is stored by then.
import { Button, Group, Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { diffStandard } from '../../api/standards';
import type { Standard } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { useAction } from '../../shared/useAction';
import { ChangeList } from './ChangeList';
import { ProblemList } from './ProblemList';
import type { Told } from './useProblems';

interface Props {
  standard: Standard;
  problems: readonly Told[];
  onClose: () => void;
  onPublish: () => Promise<void>;
}

export function PublishModal({ standard, problems, onClose, onPublish }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const last = Math.max(0, ...standard.versions.map((each) => each.version));
  const diff = useQuery({
    queryKey: ['standard-diff', workspace.slug, standard.id, String(last), 'draft', standard.draft_revision],
    queryFn: () => diffStandard(workspace.slug, standard.id, { from: String(last), to: 'draft' }), enabled: last > 0,
  });
  const action = useAction(async () => {
    await onPublish();
    onClose();
  });
  const count = diff.data?.changes.length ?? 0;
  return (
    <Modal opened onClose={onClose} title={t('standards.publish_version', { version: last + 1 })} size={last > 0 ? '62rem' : 'md'}>
      <Stack>
        <Text size="sm">{t('standards.publish_ask')}</Text>
        {last === 0 ? <Text size="sm" c="dimmed">{t('standards.publish_first', { layers: standard.draft.layers.length, classes: standard.draft.layers.reduce((sum, layer) => sum + layer.classes.length, 0) })}</Text> : null}
        {last > 0 && diff.isPending ? <PageLoading /> : null}
        <ErrorNotice error={diff.error} />
        {diff.data ? <Text size="sm" fw={600}>{count === 0 ? t('standards.no_changes_since', { version: last }) : t('standards.changes_since', { count, version: last })}</Text> : null}
        {count > 0 ? <ScrollArea.Autosize mah="46vh" tabIndex={0} role="region" aria-label={t('standards.compare')}><ChangeList changes={diff.data?.changes ?? []} /></ScrollArea.Autosize> : null}
        {problems.length > 0 ? <ProblemList problems={problems} /> : null}
        <ErrorNotice error={action.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('shared.cancel')}</Button>
          <Button onClick={() => void action.run()} loading={action.busy} disabled={problems.length > 0} data-autofocus data-testid="confirm">{t('standards.publish')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
