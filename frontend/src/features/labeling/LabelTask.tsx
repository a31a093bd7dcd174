// One task under the hand: bench, autosave, lease, and the ways it ends.
import { Alert, Button, Group, Kbd, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconMessageCircle } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client';
import { skipTask, submitTask } from '../../api/labeling';
import type { Project, TaskView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';
import type { Answer } from './document';
import { KeySheet } from './KeySheet';
import type { Match } from './keymap';
import { sendSafely } from './send_safely';
import { useAutosave } from './useAutosave';
import { useBench } from './useBench';
import { did, useKeys } from './useKeys';
import { useLease } from './useLease';
import { findings, picturesOf } from './validate';
import { WorkHeader } from './WorkHeader';
import { Workbench } from './Workbench';
import styles from './labeling.module.css';

interface Props {
  project: Project;
  task: TaskView;
  count: number;
  /** The next task is on its way. */
  waiting: boolean;
  loadError: Error | null;
  onLoad: () => void;
  pictureUrl: (sampleKey: string, field: string) => string;
  /** Ends the task; `answer` is null where it was skipped or lost. */
  onDone: (answer: Answer | null) => Promise<void>;
  onStep: (by: 1 | -1) => void;
  onLost: () => void;
}

export function LabelTask({ project, task, count, waiting, loadError, onLoad, pictureUrl, onDone, onStep, onLost }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const bench = useBench(task.standard.content, task.draft?.result.items ?? task.previous?.annotation.result.items ?? [], task.predictions);
  const [lost, setLost] = useState(false);
  const [sent, setSent] = useState(false);
  const [help, setHelp] = useState(false);
  const [skipping, setSkipping] = useState(false);
  const [tried, setTried] = useState(false);
  const started = useRef(0);
  const key = useRef('');
  useEffect(() => {
    started.current = Date.now();
  }, []);

  const lose = () => {
    setLost(true);
    onLost();
  };
  const autosave = useAutosave({ workspace: workspace.slug, task, answer: bench.answer, enabled: !lost && !sent, onLeaseLost: lose });
  useLease(workspace.slug, task, !lost && !sent, lose);
  const pictures = picturesOf(task.sample);
  const wrong = findings(task.standard.content, bench.answer, pictures, bench.texts);

  const submit = useAction(async (answer: Answer) => {
    // One key per answer: a retry carries it again, and the service counts it once.
    key.current ||= crypto.randomUUID();
    autosave.stop();
    const body = { fence: task.assignment.fence, result: { items: [...answer] }, lead_time_ms: Date.now() - started.current, ...(bench.accepted ? { prediction_id: bench.accepted } : {}) };
    try {
      await sendSafely(() => submitTask(workspace.slug, task.id, key.current, body));
    } catch (cause) {
      const certain = cause instanceof ApiError && !cause.transient && cause.problem.status !== 401;
      if (certain) key.current = '';
      if (cause instanceof ApiError && cause.code === 'lease_lost') return lose();
      autosave.resume();
      throw cause;
    }
    setSent(true);
    await onDone(answer);
  });
  const trySubmit = (answer: Answer = bench.answer) => {
    if (lost || sent) return;
    setTried(true);
    if (findings(task.standard.content, answer, pictures, bench.texts).length === 0) void submit.run(answer);
  };
  const skip = useAction(async (reason: string) => {
    autosave.stop();
    await skipTask(workspace.slug, task.id, { fence: task.assignment.fence, ...(reason ? { reason } : {}) });
    setSkipping(false);
    setSent(true);
    await onDone(null);
  });

  const onMatch = (match: Match): boolean => {
    if ('action' in match) {
      if (match.action === 'submit') return bench.finishShape() || did(() => trySubmit());
      if (match.action === 'accept_and_submit') {
        const answer = bench.accept();
        if (answer) setAwaiting(true);
        return answer !== null;
      }
      if (match.action === 'skip') return did(() => setSkipping(true));
      if (match.action === 'save') return did(() => autosave.flush());
      if (match.action === 'help') return did(() => setHelp(true));
      if (match.action === 'previous_task') return did(() => onStep(-1));
      if (match.action === 'next_task') return did(() => onStep(1));
    }
    return !lost && !sent && bench.press(match);
  };
  // Accepting and submitting in one key: the submit waits for the answer to have been taken over.
  const [awaiting, setAwaiting] = useState(false);
  useEffect(() => {
    if (!awaiting || bench.accepted === null) return;
    setAwaiting(false);
    trySubmit(bench.answer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [awaiting, bench.accepted]);
  useKeys(!help && !skipping, onMatch);

  const frozen = lost || sent || waiting;
  return (
    <div className={styles.screen} data-testid="label-page" data-task={task.id} data-key={task.sample.key} data-seq={task.seq}>
      <WorkHeader project={project} count={count} title={task.sample.key} saveState={autosave.state} onHelp={() => setHelp(true)} />
      <div className={frozen && !lost ? styles.waiting : undefined} style={{ minHeight: 0, height: '100%' }}>
        <Workbench
          bench={bench} sample={task.sample} pictureUrl={(field) => pictureUrl(task.sample.key, field)} editable={!frozen}
          notice={
            <>
              {lost ? <Alert color="orange" title={t('labeling.lease_lost')} data-testid="lease-lost"><Text size="sm" mb="sm">{t('labeling.lease_lost_detail')}</Text><Button size="xs" onClick={() => void onDone(null)}>{t('labeling.take_next')}</Button></Alert> : null}
              {task.previous?.review_comment != null ? <Alert color="orange" icon={<IconMessageCircle size={18} />} title={t('labeling.returned')} data-testid="review-comment">{task.previous.review_comment}</Alert> : null}
            </>
          }
          actions={
            <>
              {tried && wrong.length > 0 ? <Alert color="yellow" py={8} role="alert" data-testid="findings">{wrong.slice(0, 4).map((each, index) => <Text key={index} size="sm">{t(`labeling.rule_${each.code}`, each.values)}</Text>)}</Alert> : null}
              <ErrorNotice error={submit.error ?? skip.error ?? loadError} onRetry={submit.error ? () => trySubmit() : loadError ? onLoad : undefined} />
              <Group gap={6} wrap="nowrap">
                <Button variant="default" px={10} disabled={!bench.canUndo || frozen} onClick={() => bench.act('undo')} aria-label={t('labeling.undo')} title={`${t('labeling.undo')} (Ctrl+Z)`} data-testid="undo"><IconArrowBackUp size={17} /></Button>
                <Button variant="default" px={10} disabled={!bench.canRedo || frozen} onClick={() => bench.act('redo')} aria-label={t('labeling.redo')} title={`${t('labeling.redo')} (Ctrl+Y)`} data-testid="redo"><IconArrowForwardUp size={17} /></Button>
                <Button variant="default" flex={1} disabled={frozen} onClick={() => setSkipping(true)} data-testid="skip">{t('labeling.skip')}</Button>
              </Group>
              <Button size="md" disabled={frozen && !submit.busy} loading={submit.busy} onClick={(event) => { event.currentTarget.blur(); trySubmit(); }} rightSection={<Kbd size="xs">⏎</Kbd>} data-testid="submit">{t('labeling.submit')}</Button>
            </>
          }
        />
      </div>
      <KeySheet opened={help} onClose={() => setHelp(false)} />
      <Modal opened={skipping} onClose={() => setSkipping(false)} title={t('labeling.skip')}><SkipForm busy={skip.busy} onSkip={(reason) => void skip.run(reason)} /></Modal>
    </div>
  );
}

function SkipForm({ busy, onSkip }: { busy: boolean; onSkip: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSkip(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea label={t('labeling.skip_reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus autosize minRows={2} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSkip(reason.trim()); }} data-testid="skip-reason" />
        <Group justify="flex-end"><Button type="submit" loading={busy} data-testid="skip-confirm">{t('labeling.skip')}</Button></Group>
      </Stack>
    </form>
  );
}
