// The workspace's store: is it sound, what can go, and what must.
import { Alert, Button, Group, List, NumberInput, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { checkStore, collectGarbage } from '../../api/upkeep';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { bytesText } from '../../shared/format';
import { Panel } from '../../shared/Panel';
import { EraseSamples } from './EraseSamples';
import { Erasures } from './Erasures';
import { reportOf, shortHashes, type CheckReport, type CollectionReport } from './reports';
import { useUpkeepJob } from './useUpkeepJob';
import classes from './upkeep.module.css';

export function StoreUpkeep() {
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg"><CheckPanel /><CollectPanel /></SimpleGrid>
      <EraseSamples />
      <Erasures />
    </Stack>
  );
}

function CheckPanel() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [fast, setFast] = useState(false);
  const upkeep = useUpkeepJob();
  const report = reportOf<CheckReport>(upkeep.job, 'check_store');
  return (
    <Panel title={t('upkeep.check')} detail={t('upkeep.check_detail')}>
      <Stack>
        <Switch label={t('upkeep.check_fast')} checked={fast} onChange={(event) => setFast(event.currentTarget.checked)} />
        <Group><Button variant="default" loading={upkeep.busy} onClick={() => void upkeep.start(checkStore(workspace.slug, { fast }))} data-testid="check-store">{t('upkeep.check_start')}</Button></Group>
        <ErrorNotice error={upkeep.error} />
        {report ? <CheckOutcome outcome={report} /> : upkeep.job ? <JobProgress job={upkeep.job} /> : null}
      </Stack>
    </Panel>
  );
}

function CheckOutcome({ outcome: { fast, found, report } }: { outcome: CheckReport }) {
  const { t } = useTranslation();
  if (found === 0) {
    const text = fast ? t('upkeep.sound_fast', { refs: report.refs }) : t('upkeep.sound', { packs: report.packs, bytes: bytesText(report.bytes) });
    return <Alert color="green" icon={<IconCircleCheck />} data-testid="check-outcome" data-found={0}>{text}</Alert>;
  }
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t('upkeep.unsound', { count: found })} data-testid="check-outcome" data-found={found}>
      <div className={classes.problems} tabIndex={0} role="group" aria-label={t('upkeep.unsound', { count: found })}>
        <List size="sm" spacing={6}>
          {report.problems.map((problem, at) => (
            <List.Item key={at} title={problem.detail}>
              {problem.dataset ? <Text span inherit fw={600}>{[problem.dataset, problem.key].filter(Boolean).join(' · ')} </Text> : null}
              {shortHashes(problem.detail)} <Text span c="dimmed" className="mono" fz="xs">{problem.code}</Text>
            </List.Item>
          ))}
        </List>
      </div>
    </Alert>
  );
}

function CollectPanel() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [hours, setHours] = useState(24);
  const upkeep = useUpkeepJob();
  const start = (dry_run: boolean) => void upkeep.start(collectGarbage(workspace.slug, { grace_hours: hours, dry_run }));
  const outcome = reportOf<CollectionReport>(upkeep.job, 'collect_garbage');
  return (
    <Panel title={t('upkeep.collect')} detail={t('upkeep.collect_detail')}>
      <Stack>
        <NumberInput label={t('upkeep.grace')} min={1} max={8760} w={200} value={hours} onChange={(value) => setHours(Number(value))} />
        <Group>
          <Button variant="default" loading={upkeep.busy} onClick={() => start(true)} data-testid="collect-look">{t('upkeep.look_first')}</Button>
          <Button variant="light" color="red" disabled={upkeep.busy} onClick={() => start(false)} data-testid="collect">{t('upkeep.collect_start')}</Button>
        </Group>
        <ErrorNotice error={upkeep.error} />
        {outcome ? (
          <Alert color="petrol" icon={<IconCircleCheck />} data-testid="collect-outcome" data-dry={outcome.dry_run}>
            {t(outcome.dry_run ? 'upkeep.would_collect' : 'upkeep.collected', { packs: outcome.report.packs_deleted, commits: outcome.report.commits_deleted, bytes: bytesText(outcome.report.bytes_deleted), condemned: outcome.report.packs_condemned })}
          </Alert>
        ) : upkeep.job ? <JobProgress job={upkeep.job} /> : null}
      </Stack>
    </Panel>
  );
}
