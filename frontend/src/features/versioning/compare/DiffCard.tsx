// One differing sample: its pictures or texts before and after, its labels, and whatever else changed in it.
import { ActionIcon, Modal, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowRight, IconMaximize } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SampleDiff } from '../../../api/types';
import { ClassChip } from '../../../shared/ClassChip';
import { kindsOf, pictureIn, textIn, toneOfKind, toneOn, valueChanges, type SideName } from './changes';
import { Pictures, type Layout } from './Pictures';
import { TextSides } from './TextSides';
import classes from './compare.module.css';

interface Props {
  dataset: string;
  diff: SampleDiff;
  refs: Record<SideName, string>;
  layout: Layout;
}

export function DiffCard({ dataset, diff, refs, layout }: Props) {
  const { t } = useTranslation();
  const [large, { open, close }] = useDisclosure(false);
  const pictured = pictureIn(diff.new ?? diff.old) !== null;
  return (
    <li className={classes.change} data-testid="diff-sample" data-key={diff.key}>
      <div className={classes.changeHead}>
        <span className={classes.changeKey} title={diff.key}><bdi>{diff.key}</bdi></span>
        {kindsOf(diff.events).map((kind) => <span key={kind} className={classes.kind} data-tone={toneOfKind(kind)}>{t(`versioning.kind_${kind}`, { defaultValue: kind })}</span>)}
        {pictured ? <Tooltip label={t('versioning.enlarge')}><ActionIcon size="sm" variant="subtle" color="gray" onClick={open} aria-label={`${t('versioning.enlarge')} ${diff.key}`}><IconMaximize size={15} /></ActionIcon></Tooltip> : null}
      </div>
      <div className={classes.changeBody}>
        {pictured ? <Pictures dataset={dataset} diff={diff} refs={refs} layout={layout} height={200} /> : <TextSides before={textIn(diff.old)} after={textIn(diff.new)} />}
        <Labels diff={diff} />
        <Values diff={diff} />
      </div>
      <Modal opened={large} onClose={close} size="90%" title={diff.key}>
        <Pictures dataset={dataset} diff={diff} refs={refs} layout={layout} height="66vh" />
        <Labels diff={diff} />
      </Modal>
    </li>
  );
}

function Labels({ diff }: { diff: SampleDiff }) {
  const { t } = useTranslation();
  return (
    <div className={classes.sides} style={{ marginTop: 8 }}>
      {(['old', 'new'] as const).map((side) => {
        const tone = toneOn(diff, side);
        const items = diff[side]?.labels ?? [];
        return (
          <div key={side} className={classes.chips} data-testid={`diff-labels-${side}`}>
            {items.map((item) => <ClassChip key={`${item.layer}/${item.id}`} name={item.class} tone={tone(item) === 'same' ? undefined : side === 'old' ? 'removed' : 'added'} />)}
            {diff[side] && items.length === 0 ? <Text size="xs" c="dimmed">{t('versioning.no_labels')}</Text> : null}
          </div>
        );
      })}
    </div>
  );
}

function Values({ diff }: { diff: SampleDiff }) {
  const { t } = useTranslation();
  const changes = valueChanges(diff);
  if (changes.length === 0) return null;
  return (
    <dl className={classes.values}>
      {changes.map((change) => [
        <dt key={`${change.name}t`}>{change.name || t('datasets.split')}</dt>,
        <dd key={`${change.name}d`}><del>{change.old ?? '–'}</del><IconArrowRight size={12} role="img" aria-label="→" /><ins>{change.new ?? '–'}</ins></dd>,
      ])}
    </dl>
  );
}
