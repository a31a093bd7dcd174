// A picture before and after: side by side, one over the other with a slider, or both sets of boxes on one picture.
import { Slider, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mediaUrl } from '../../../api/datasets';
import type { SampleDiff, SampleView } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { BoxedPicture } from '../../../shared/BoxedPicture';
import { pictureIn, toneOn, type SideName } from './changes';
import classes from './compare.module.css';

export type Layout = 'sides' | 'slider' | 'both';

interface Props {
  dataset: string;
  diff: SampleDiff;
  /** The versions, as commit hashes. */
  refs: Record<SideName, string>;
  layout: Layout;
  /** Screen pixels. */
  height: number | string;
}

export function Pictures({ dataset, diff, refs, layout, height }: Props) {
  const one = diff.new ? 'new' : 'old';
  if (layout === 'sides') return <div className={classes.sides}>{(['old', 'new'] as const).map((side) => <Side key={side} dataset={dataset} diff={diff} side={side} refName={refs[side]} height={height} />)}</div>;
  if (!diff.old || !diff.new) return <Frame height={height}><Picture dataset={dataset} diff={diff} side={one} refName={refs[one]} /></Frame>;
  if (layout === 'both') {
    return (
      <div>
        <div className={classes.legend}><SideTitle side="old" /><SideTitle side="new" /></div>
        <Frame height={height}><Picture dataset={dataset} diff={diff} side="new" refName={refs.new} /><div className={classes.layer} data-overlay><Picture dataset={dataset} diff={diff} side="old" refName={refs.old} boxesOnly /></div></Frame>
      </div>
    );
  }
  return <Slid dataset={dataset} diff={diff} refs={refs} height={height} />;
}

function Frame({ height, children }: { height: number | string; children: React.ReactNode }) {
  return <div className={classes.picture} style={{ height }}>{children}</div>;
}

function SideTitle({ side }: { side: SideName }) {
  const { t } = useTranslation();
  return <div className={classes.sideTitle}><span className={classes.swatch} data-side={side} aria-hidden />{t(side === 'old' ? 'versioning.before' : 'versioning.after')}</div>;
}

function Side({ dataset, diff, side, refName, height }: { dataset: string; diff: SampleDiff; side: SideName; refName: string; height: number | string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.side}>
      <SideTitle side={side} />
      {diff[side] ? <Frame height={height}><Picture dataset={dataset} diff={diff} side={side} refName={refName} /></Frame> : <div className={classes.absent} style={{ height }}>{t('versioning.not_there')}</div>}
    </div>
  );
}

/** The old version lies over the new one as far as the slider says. */
function Slid({ dataset, diff, refs, height }: Omit<Props, 'layout'>) {
  const { t } = useTranslation();
  const [share, setShare] = useState(50);
  return (
    <div>
      <Frame height={height}>
        <Picture dataset={dataset} diff={diff} side="new" refName={refs.new} />
        <div className={classes.layer} data-opaque style={{ clipPath: `inset(0 ${100 - share}% 0 0)` }}><Picture dataset={dataset} diff={diff} side="old" refName={refs.old} /></div>
        <div className={classes.divider} style={{ left: `${share}%` }} aria-hidden />
      </Frame>
      <div className={classes.sliderRow}>
        <Text size="xs" c="dimmed">{t('versioning.before')}</Text>
        <Slider value={share} onChange={setShare} label={null} size="sm" style={{ flex: 1 }} thumbLabel={t('versioning.slider')} />
        <Text size="xs" c="dimmed">{t('versioning.after')}</Text>
      </div>
    </div>
  );
}

function Picture({ dataset, diff, side, refName, boxesOnly = false }: { dataset: string; diff: SampleDiff; side: SideName; refName: string; boxesOnly?: boolean }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const sample: SampleView | null = diff[side] ?? null;
  const picture = pictureIn(sample);
  if (!sample || !picture) return null;
  const tone = toneOn(diff, side);
  const items = boxesOnly ? sample.labels.filter((item) => tone(item) !== 'same') : sample.labels;
  const src = mediaUrl(workspace.slug, dataset, { ref: refName, key: diff.key, field: picture.field, size: 'full' });
  return <BoxedPicture src={src} width={picture.width} height={picture.height} items={items} toneOf={tone} namesBelow={boxesOnly} alt={boxesOnly ? '' : `${diff.key}, ${t(side === 'old' ? 'versioning.before' : 'versioning.after')}`} />;
}
