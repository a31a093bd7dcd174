// One submitted annotation before a reviewer: accept it, return it with a comment, or fix it and accept.
import { Alert, Button, Group, Kbd, Modal, Paper, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/client';
import { reviewTask } from '../../api/labeling';
import type { AnnotationView, Project, ReviewTaskView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';
import { When } from '../../shared/When';
import { KeySheet } from '../labeling/KeySheet';
import type { Match } from '../labeling/keymap';
import { sendSafely } from '../labeling/send_safely';
import { useBench } from '../labeling/useBench';
import { did, useKeys } from '../labeling/useKeys';
import { useLease } from '../labeling/useLease';
import { findings, picturesOf } from '../labeling/validate';
import { WorkHeader } from '../labeling/WorkHeader';
import { Workbench } from '../labeling/Workbench';
import styles from '../labeling/labeling.module.css';

interface Props {
  project: Project;
  task: ReviewTaskView;
  count: number;
  loadError: Error | null;
  pictureUrl: (sampleKey: string, field: string) => string;
  /** Goes on; `counted` is false where nothing was decided. */
  onDone: (counted: boolean) => Promise<void>;
}

export function ReviewTask(props: Props) {
  const [shown, setShown] = useState(0);
  const annotation = props.task.annotations[shown] ?? props.task.annotations[0];
  if (!annotation) return null;
  return <ReviewAnnotation key={annotation.id} {...props} annotation={annotation} shown={shown} onShow={setShown} />;
}

interface AnnotationProps extends Props {
  annotation: AnnotationView;
  shown: number;
  onShow: (index: number) => void;
}

type Decision = { decision: 'accept' } | { decision: 'reject'; comment: string } | { decision: 'fix' };

function ReviewAnnotation({ project, task, count, loadError, pictureUrl, onDone, annotation, shown, onShow }: AnnotationProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const bench = useBench(task.standard.content, annotation.result.items, []);
  const [fixing, setFixing] = useState(false);
  const [rejecting, setRejecting] = useState(false);
  const [help, setHelp] = useState(false);
  const [lost, setLost] = useState(false);
  const key = useRef('');
  useLease(workspace.slug, task, !lost, () => setLost(true));
  const wrong = fixing ? findings(task.standard.content, bench.answer, picturesOf(task.sample), bench.texts) : [];
  const decide = useAction(async (decision: Decision) => {
    key.current ||= crypto.randomUUID();
    const result = decision.decision === 'fix' ? { result: { items: [...bench.answer] } } : {};
    try {
      await sendSafely(() => reviewTask(workspace.slug, task.id, key.current, { fence: task.assignment.fence, annotation_id: annotation.id, ...decision, ...result }));
    } catch (cause) {
      if (cause instanceof ApiError && !cause.transient && cause.problem.status !== 401) key.current = '';
      if (cause instanceof ApiError && cause.code === 'lease_lost') return setLost(true);
      throw cause;
    }
    setRejecting(false);
    await onDone(true);
  });
  const fix = () => {
    if (wrong.length === 0) void decide.run({ decision: 'fix' });
  };
  const onMatch = (match: Match): boolean => {
    if ('action' in match) {
      if (match.action === 'accept') return did(() => decide.run({ decision: 'accept' }));
      if (match.action === 'reject') return did(() => setRejecting(true));
      if (match.action === 'fix') return did(() => setFixing(true));
      if (match.action === 'help') return did(() => setHelp(true));
      if (match.action === 'submit') return bench.finishShape() || did(() => (fixing ? fix() : decide.run({ decision: 'accept' })));
      if (match.action === 'cancel' && fixing && bench.selected === null) return did(() => setFixing(false));
    }
    const looking = 'action' in match && ['fit', 'zoom_in', 'zoom_out', 'actual_size', 'tool_pan', 'next_item', 'previous_item'].includes(match.action);
    return (fixing || (looking && bench.layer.kind !== 'classification')) && bench.press(match);
  };
  useKeys(!rejecting && !help && !lost, onMatch, fixing ? 'label' : 'review');
  return (
    <div className={styles.screen} data-testid="review-page" data-task={task.id} data-key={task.sample.key}>
      <WorkHeader project={project} count={count} title={`${t('review.title')} · ${task.sample.key}`} onHelp={() => setHelp(true)} />
      <Workbench
        bench={bench} sample={task.sample} pictureUrl={(field) => pictureUrl(task.sample.key, field)} editable={fixing && !decide.busy}
        notice={
          <>
            {lost ? <Alert color="orange" title={t('labeling.lease_lost')}><Button size="xs" onClick={() => void onDone(false)}>{t('labeling.take_next')}</Button></Alert> : null}
            {task.annotations.length > 1 ? <SegmentedControl fullWidth value={String(shown)} onChange={(value) => onShow(Number(value))} data={task.annotations.map((_, index) => ({ value: String(index), label: t('review.annotation_number', { number: index + 1 }) }))} /> : null}
            <Paper withBorder p="sm" radius="md" data-testid="annotator">
              <Text size="sm" fw={550}>{t('review.labelled_by', { who: annotation.user.name })}</Text>
              <Group gap={6}><Text size="xs" c="dimmed">{annotation.user.email}</Text><When at={annotation.created_at} size="xs" /></Group>
              {annotation.prediction_id ? <Text size="xs" c="dimmed" mt={2}>{t('review.from_prediction')}</Text> : null}
            </Paper>
            {fixing ? <Alert color="petrol" py={8}>{t('review.fixing')}</Alert> : null}
          </>
        }
        actions={
          <>
            <ErrorNotice error={decide.error ?? loadError} />
            {wrong.length > 0 ? <Alert color="yellow" py={8} data-testid="findings">{wrong.slice(0, 3).map((each, index) => <Text key={index} size="sm">{t(`labeling.rule_${each.code}`, each.values)}</Text>)}</Alert> : null}
            {fixing ? (
              <>
                <Button variant="default" onClick={() => setFixing(false)}>{t('review.stop_fixing')}</Button>
                <Button size="md" loading={decide.busy} disabled={wrong.length > 0} onClick={fix} rightSection={<Kbd size="xs">⏎</Kbd>} data-testid="review-fix-submit">{t('review.fix_and_accept')}</Button>
              </>
            ) : (
              <>
                <Group grow gap={8}>
                  <Button variant="default" onClick={() => setRejecting(true)} rightSection={<Kbd size="xs">X</Kbd>} data-testid="review-reject">{t('review.reject')}</Button>
                  <Button variant="default" onClick={() => setFixing(true)} rightSection={<Kbd size="xs">F</Kbd>} data-testid="review-fix">{t('review.fix')}</Button>
                </Group>
                <Button size="md" loading={decide.busy} disabled={lost} onClick={() => void decide.run({ decision: 'accept' })} rightSection={<Kbd size="xs">A</Kbd>} data-testid="review-accept">{t('review.accept')}</Button>
              </>
            )}
          </>
        }
      />
      <KeySheet opened={help} onClose={() => setHelp(false)} review />
      <Modal opened={rejecting} onClose={() => setRejecting(false)} title={t('review.send_back')}><RejectForm busy={decide.busy} error={decide.error} onReject={(comment) => void decide.run({ decision: 'reject', comment })} /></Modal>
    </div>
  );
}

function RejectForm({ busy, error, onReject }: { busy: boolean; error: Error | null; onReject: (comment: string) => void }) {
  const { t } = useTranslation();
  const [comment, setComment] = useState('');
  const send = () => {
    if (comment.trim()) onReject(comment.trim());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea label={t('review.comment')} description={t('review.comment_hint')} required autosize minRows={3} value={comment} onChange={(event) => setComment(event.currentTarget.value)} data-autofocus onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send(); }} data-testid="review-comment-input" />
        <ErrorNotice error={error} />
        <Group justify="flex-end"><Button type="submit" color="orange" loading={busy} data-testid="review-reject-submit">{t('review.send_back')}</Button></Group>
      </Stack>
    </form>
  );
}
