// The conflicts of a merge: the list, the one that is open with its three sides, and what keys do.
import { ActionIcon, Button, Group, Kbd, Progress, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconCircleCheck } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeConflict, Take } from '../../../api/types';
import { pressOf } from '../../labeling/keymap';
import { ConflictList } from './ConflictList';
import { ConflictSides } from './ConflictSides';
import { conflictId, nextUnsettled, settledCount, settleOne, settleRest, takeOfKey } from './settling';
import type { Previewed, useSettling } from './useJoining';
import classes from './merge.module.css';

interface Props {
  dataset: string;
  previewed: Previewed;
  settling: ReturnType<typeof useSettling>;
  names: { ours: string; theirs: string };
  more: { loading: boolean; load: () => void } | null;
  /** Null while something is open. */
  onComplete: (() => void) | null;
}

export function ConflictDesk({ dataset, previewed, settling, names, more, onComplete }: Props) {
  const { t } = useTranslation();
  const { preview, conflicts } = previewed;
  const { settled, put } = settling;
  const [at, setAt] = useState(() => Math.max(0, nextUnsettled(conflicts, settled.choices, -1)));
  const current = conflicts[at];
  const take = (conflict: MergeConflict, side: Take) => {
    const command = settleOne(settled, conflict, side);
    put(command);
    const next = nextUnsettled(conflicts, command.apply(settled).choices, at);
    if (next !== -1) setAt(next);
  };
  const go = (by: number) => setAt(Math.min(Math.max(at + by, 0), conflicts.length - 1));
  useDeskKeys({ current, take, go, undo: settling.undo, redo: settling.redo, complete: onComplete });
  const done = settledCount(conflicts, preview.conflict_count, settled);
  const chosen = current ? (settled.choices.get(conflictId(current))?.take ?? null) : null;
  return (
    <section className={classes.desk} aria-label={t('versioning.conflicts')} data-testid="conflicts" data-settled={done} data-count={preview.conflict_count}>
      <div className={classes.bar}>
        <div className={classes.progress}>
          <Text size="sm" fw={550} className="tabular" aria-live="polite">{t('versioning.settled_of', { done, count: preview.conflict_count })}</Text>
          <Progress value={(done / Math.max(1, preview.conflict_count)) * 100} color={done === preview.conflict_count ? 'green' : undefined} aria-label={t('versioning.conflicts')} />
        </div>
        <Group gap={6}>
          <Tooltip label={t('versioning.undo_choice')}><ActionIcon variant="default" onClick={settling.undo} disabled={!settling.canUndo} aria-label={t('versioning.undo_choice')} data-testid="undo-choice"><IconArrowBackUp size={16} /></ActionIcon></Tooltip>
          <Tooltip label={t('versioning.redo_choice')}><ActionIcon variant="default" onClick={settling.redo} disabled={!settling.canRedo} aria-label={t('versioning.redo_choice')}><IconArrowForwardUp size={16} /></ActionIcon></Tooltip>
          {(['ours', 'theirs'] as const).map((side) => <Button key={side} size="compact-sm" variant="default" disabled={done === preview.conflict_count} onClick={() => put(settleRest(settled, conflicts, side))} data-testid={`rest-${side}`}>{t(`versioning.rest_${side}`, { name: names[side] })}</Button>)}
        </Group>
      </div>
      <div className={classes.body}>
        <ConflictList conflicts={conflicts} count={preview.conflict_count} settled={settled} at={at} onAt={setAt} more={more} />
        {current ? <ConflictSides key={conflictId(current)} dataset={dataset} conflict={current} preview={preview} names={names} chosen={chosen} onTake={(side) => take(current, side)} /> : null}
      </div>
      <div className={classes.hint}>
        {done === preview.conflict_count ? <Group gap={6} c="var(--s-added)"><IconCircleCheck size={16} aria-hidden /><Text size="sm">{t('versioning.all_settled')}</Text></Group> : null}
        {([[['1', '2', '3'], t('versioning.key_take')], [['↑', '↓'], t('versioning.key_next_conflict')], [['U'], t('versioning.undo_choice')], [['Ctrl+Enter'], t('versioning.key_complete')]] as const).map(([keys, text]) => <span key={text}>{keys.map((key) => <Kbd key={key} size="xs" mr={4}>{key}</Kbd>)}{text}</span>)}
      </div>
    </section>
  );
}

interface Deeds {
  current: MergeConflict | undefined;
  take: (conflict: MergeConflict, side: Take) => void;
  go: (by: number) => void;
  undo: () => void;
  redo: () => void;
  complete: (() => void) | null;
}

/** Keys work wherever the focus is, but not in a text field, nor under a dialog or a menu. */
function useDeskKeys(deeds: Deeds): void {
  const latest = useRef(deeds);
  useEffect(() => {
    latest.current = deeds;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const press = pressOf(event);
      const { current, take, go, undo, redo, complete } = latest.current;
      if (press.composing || document.querySelector('[role="dialog"], [role="menu"]')) return;
      const did = (effect: () => void) => {
        event.preventDefault();
        effect();
      };
      if (press.ctrl && event.key === 'Enter' && complete) return did(complete);
      if (press.typing || press.alt) return;
      if (press.ctrl) return event.code === 'KeyZ' ? did(event.shiftKey ? redo : undo) : undefined;
      const side = takeOfKey(event.key);
      if (side && current) return did(() => take(current, side));
      if (event.key === 'ArrowDown' || event.key === 'j') return did(() => go(1));
      if (event.key === 'ArrowUp' || event.key === 'k') return did(() => go(-1));
      if (event.key.toLowerCase() === 'u') did(undo);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
