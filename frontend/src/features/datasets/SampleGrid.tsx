// Samples as tiles, more of them as one nears the end.
import { Button, Center, Loader } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { SampleView } from '../../api/types';
import { ClassChip } from '../../shared/ClassChip';
import { SampleMedia, textOf } from './SampleMedia';
import classes from './datasets.module.css';

interface Props {
  samples: readonly SampleView[];
  onOpen?: (key: string) => void;
  hasMore?: boolean;
  loadingMore?: boolean;
  onMore?: () => void;
}

export function SampleGrid({ samples, onOpen, hasMore = false, loadingMore = false, onMore }: Props) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection({ rootMargin: '600px' });
  const near = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (near && hasMore && !loadingMore) onMore?.();
  }, [near, hasMore, loadingMore, onMore]);
  const texts = samples.length > 0 && samples.every((sample) => !sample.thumbnail_url && textOf(sample) !== null);
  return (
    <>
      <ul className={`${classes.grid} ${texts ? classes.gridText : ''}`} data-testid="sample-grid">
        {samples.map((sample) => (
          <li key={sample.key}>
            <button type="button" className={classes.tile} onClick={() => onOpen?.(sample.key)} disabled={!onOpen} data-testid="sample-tile" data-key={sample.key}>
              <span className={classes.frame} aria-hidden><SampleMedia sample={sample} /></span>
              <span className={classes.caption}>
                <span className={classes.key} style={{ display: 'block' }} title={sample.key}><bdi>{sample.key}</bdi></span>
                <span className={classes.chips}>{classNames(sample).map((name) => <ClassChip key={name} name={name} />)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {hasMore ? <Center ref={ref} py="lg">{loadingMore ? <Loader type="dots" /> : <Button variant="default" onClick={onMore}>{t('shared.more')}</Button>}</Center> : null}
    </>
  );
}

function classNames(sample: SampleView): string[] {
  return [...new Set(sample.labels.map((item) => item.class))];
}
