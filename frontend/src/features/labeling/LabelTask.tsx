// One task under the hand: bench, autosave, lease, and the ways it ends.
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import { skipTask } from '../../api/labeling';
import type { Project } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { useAction } from '../../shared/useAction';
import type { Answer } from './document';
import { KeySheet } from './KeySheet';
import type { Match } from './keymap';
import { useOutbox, type KeptWork } from './kept/KeptWork';
import { SkipModal } from './SkipModal';
import { TaskActions } from './TaskActions';
import { TaskNotices } from './TaskNotices';
import { useAutosave } from './useAutosave';
import { useBench } from './useBench';
import { did, useKeys } from './useKeys';
import { useLease } from './useLease';
import type { Staged, useSitting } from './useSitting';
import { findings, picturesOf } from './validate';
import { WorkHeader } from './WorkHeader';
import { Workbench } from './Workbench';
import styles from './labeling.module.css';

interface Props {
  project: Project;
  staged: Staged;
  work: KeptWork;
  sitting: ReturnType<typeof useSitting>;
  /** An earlier task lies over this one. */
  away: boolean;
  onStep: (by: 1 | -1) => void;
}

export function LabelTask({ project, staged, work, sitting, away, onStep }: Props) {
  const workspace = useWorkspace();
  const { task, opening } = staged;
  const bench = useBench(task.standard.content, opening.start, task.predictions);
  const [lost, setLost] = useState(false);
  const [sent, setSent] = useState(false);
  const [help, setHelp] = useState(false);
  const [skipping, setSkipping] = useState(false);
  const [tried, setTried] = useState(false);
  const started = useRef(0);
  useEffect(() => {
    started.current = Date.now();
  }, []);

  const lose = () => {
    setLost(true);
    sitting.lose();
  };
  const working = !lost && !sent;
  const autosave = useAutosave({ workspace: workspace.slug, task, work, answer: bench.answer, stored: opening.service, enabled: working, onLeaseLost: lose });
  useLease(workspace.slug, task, working, lose);
  const { flush } = autosave;
  const { hold } = staged;
  useEffect(() => hold?.saveBefore(flush), [hold, flush]);
  const pictures = picturesOf(task.sample);
  const wrong = findings(task.standard.content, bench.answer, pictures, bench.texts);

  const submit = useAction(async (answer: Answer) => {
    autosave.stop();
    setSent(true);
    const body = { fence: task.assignment.fence, result: { items: [...answer] }, lead_time_ms: Date.now() - started.current, ...(bench.accepted ? { prediction_id: bench.accepted } : {}) };
    const refusal = await sitting.submit(body);
    if (!refusal) return;
    setSent(false);
    if (refusal.code === 'lease_lost') return lose();
    autosave.resume();
    throw new ApiError({ status: 409, ...refusal });
  });
  const trySubmit = (answer: Answer = bench.answer) => {
    if (!working) return;
    setTried(true);
    if (findings(task.standard.content, answer, pictures, bench.texts).length === 0) void submit.run(answer);
  };
  const skip = useAction(async (reason: string) => {
    autosave.stop();
    await skipTask(workspace.slug, task.id, { fence: task.assignment.fence, ...(reason ? { reason } : {}) });
    await work.store.dropDrafts(work.user, task.id);
    setSkipping(false);
    setSent(true);
    await sitting.done(null);
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
    return working && bench.press(match);
  };
  // Accepting and submitting in one key: the submit waits for the answer to have been taken over.
  const [awaiting, setAwaiting] = useState(false);
  useEffect(() => {
    if (!awaiting || bench.accepted === null) return;
    setAwaiting(false);
    trySubmit(bench.answer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [awaiting, bench.accepted]);
  useKeys(!away && !help && !skipping, onMatch);

  const { pause } = useOutbox();
  const frozen = !working || sitting.waiting;
  // Faint for a blink; not while one reads why it takes longer.
  const faint = frozen && !lost && pause === null;
  return (
    <div className={styles.screen} data-testid="label-page" data-task={task.id} data-key={task.sample.key} data-seq={task.seq}>
      <WorkHeader project={project} count={sitting.visited.length} title={task.sample.key} saveState={sent ? undefined : autosave.state} onHelp={() => setHelp(true)} onReopen={sitting.reopen} />
      <main className={faint ? styles.waiting : styles.stage}>
        <Workbench
          bench={bench} sample={task.sample} pictureUrl={(field) => sitting.pictureUrl(task.sample.key, field)} editable={!frozen}
          notice={<TaskNotices staged={staged} bench={bench} autosave={autosave} workspace={workspace.slug} lost={lost} sent={sent} onNext={() => void sitting.done(null)} />}
          actions={
            <TaskActions
              bench={bench} frozen={frozen} busy={submit.busy} wrong={tried ? wrong : []} error={submit.error ?? skip.error ?? sitting.error}
              onRetry={submit.error ? () => trySubmit() : sitting.error ? () => void sitting.load() : undefined} onSkip={() => setSkipping(true)} onSubmit={() => trySubmit()}
            />
          }
        />
      </main>
      <KeySheet opened={help} onClose={() => setHelp(false)} />
      <SkipModal opened={skipping} onClose={() => setSkipping(false)} busy={skip.busy} onSkip={(reason) => void skip.run(reason)} />
    </div>
  );
}
