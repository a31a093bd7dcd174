// Every conflict as a line: what it is about, and how it was settled.
import { Button } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MergeConflict } from '../../../api/types';
import { conflictId, type Settled } from './settling';
import { usePartText } from './usePartText';
import classes from './merge.module.css';

interface Props {
  conflicts: readonly MergeConflict[];
  count: number;
  settled: Settled;
  at: number;
  onAt: (at: number) => void;
  more: { loading: boolean; load: () => void } | null;
}

export function ConflictList({ conflicts, count, settled, at, onAt, more }: Props) {
  const { t } = useTranslation();
  const partText = usePartText();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const line = list.current?.children[at];
    void line?.scrollIntoView({ block: 'nearest' });
    // One line takes part in the tab order; the focus goes with it.
    if (list.current?.contains(document.activeElement)) line?.querySelector('button')?.focus();
  }, [at]);
  return (
    <div className={classes.listFrame}>
      <ol className={classes.list} ref={list} aria-label={t('versioning.conflicts')}>
        {conflicts.map((conflict, index) => {
          const take = settled.choices.get(conflictId(conflict))?.take ?? null;
          return (
            <li key={conflictId(conflict)}>
              <button type="button" className={classes.line} aria-current={index === at} tabIndex={index === at ? 0 : -1} onClick={() => onAt(index)} data-testid="conflict" data-key={conflict.key} data-take={take ?? 'open'}>
                {take ? <IconCircleCheckFilled size={16} className={classes.settledMark} aria-hidden /> : <IconCircle size={16} className={classes.openMark} aria-hidden />}
                <span className={classes.lineText}>
                  <span className={classes.lineKey} title={conflict.key}><bdi>{conflict.key}</bdi></span>
                  <span className={classes.linePart}>{partText(conflict)}</span>
                </span>
                <span className={classes.lineTake}>{take ? t(`versioning.take_${take}`) : <span className="visually-hidden">{t('versioning.open')}</span>}</span>
              </button>
            </li>
          );
        })}
      </ol>
      {more ? <Button m="sm" variant="default" size="compact-sm" loading={more.loading} onClick={more.load}>{t('versioning.more_conflicts', { count: count - conflicts.length })}</Button> : null}
    </div>
  );
}
