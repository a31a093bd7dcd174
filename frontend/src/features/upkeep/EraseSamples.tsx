// Erasing samples for good: looked at first, asked for twice.
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEraser } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eraseSamples } from '../../api/upkeep';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useWorkspace } from '../../app/session';
import { ConfirmModal } from '../../shared/ConfirmModal';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { Panel } from '../../shared/Panel';
import { keysOf, reportOf, type ErasureReport } from './reports';
import { useUpkeepJob } from './useUpkeepJob';

export function EraseSamples() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [asking, ask] = useDisclosure(false);
  const upkeep = useUpkeepJob();
  const keys = keysOf(text);
  const ready = keys.length > 0 && keys.length <= 100 && reason.trim() !== '';
  // The form may be written in again while its outcome is shown.
  const [sent, setSent] = useState(0);
  const start = (dry_run: boolean) => {
    setSent(keys.length);
    return upkeep.start(eraseSamples(workspace.slug, { keys, reason, dry_run }));
  };
  const outcome = reportOf<ErasureReport>(upkeep.job, 'erase_samples');
  const erased = outcome !== null && !outcome.dry_run;
  // What every page holds of this workspace may show what is gone.
  useEffect(() => {
    if (erased) void queries.invalidateQueries();
  }, [erased, queries]);
  return (
    <Panel title={t('upkeep.erase')} detail={t('upkeep.erase_detail')}>
      <Stack>
        <Textarea label={t('upkeep.keys')} description={t('upkeep.keys_hint')} autosize minRows={2} maxRows={10} value={text} onChange={(event) => setText(event.currentTarget.value)} data-testid="erase-keys" />
        <TextInput label={t('upkeep.reason')} description={t('upkeep.reason_hint')} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-testid="erase-reason" />
        <Group>
          <Button variant="default" disabled={!ready} loading={upkeep.busy} onClick={() => void start(true)} data-testid="erase-look">{t('upkeep.look_first')}</Button>
          <Button color="red" disabled={!ready || upkeep.busy} onClick={ask.open} data-testid="erase">{t('upkeep.erase_start')}</Button>
        </Group>
        <ErrorNotice error={upkeep.error} />
        {outcome ? <Outcome outcome={outcome} count={sent} /> : upkeep.job ? <JobProgress job={upkeep.job} /> : null}
      </Stack>
      <ConfirmModal opened={asking} onClose={ask.close} title={t('upkeep.erase')} detail={t('upkeep.erase_ask', { count: keys.length })} confirm={t('upkeep.erase_confirm')} danger onConfirm={() => start(false)} />
    </Panel>
  );
}

function Outcome({ outcome, count }: { outcome: ErasureReport; count: number }) {
  const { t } = useTranslation();
  const { keys: found, rows, blobs, blobs_kept: kept } = outcome.report;
  return (
    <Alert color={outcome.dry_run ? 'petrol' : 'green'} icon={<IconEraser />} data-testid="erase-outcome" data-dry={outcome.dry_run} data-found={found}>
      {t(outcome.dry_run ? 'upkeep.would_erase' : 'upkeep.erased', { found, count, rows, blobs, tasks: outcome.tasks })}
      {kept.length > 0 ? <Text size="sm" mt={4}>{t('upkeep.kept', { keys: kept.map((each) => each.key).join(', ') })}</Text> : null}
    </Alert>
  );
}
