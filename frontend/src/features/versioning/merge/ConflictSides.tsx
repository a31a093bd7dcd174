// The three sides of one conflict, each with its picture or value, and the button that takes it.
import { Button, Kbd, Text, Title } from '@mantine/core';
import { IconCheck, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/client';
import { getSample, mediaUrl } from '../../../api/datasets';
import type { MergeConflict, MergePreview, SampleDetail, Take } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { BoxedPicture } from '../../../shared/BoxedPicture';
import { ClassChip } from '../../../shared/ClassChip';
import { Origin } from '../../../shared/Origin';
import { pictureIn, textIn } from '../compare/changes';
import { diffTexts } from '../compare/text_diff';
import { Marked } from '../compare/TextSides';
import { drawnOn, saidBy, type Said } from './sides';
import { TAKES } from './settling';
import { usePartText } from './usePartText';
import classes from './merge.module.css';

interface Props {
  dataset: string;
  conflict: MergeConflict;
  preview: MergePreview;
  names: { ours: string; theirs: string };
  chosen: Take | null;
  onTake: (side: Take) => void;
}

export function ConflictSides({ dataset, conflict, preview, names, chosen, onTake }: Props) {
  const partText = usePartText();
  const order: readonly Take[] = ['base', 'ours', 'theirs'];
  return (
    <div className={classes.open} data-testid="open-conflict" data-key={conflict.key}>
      <div className={classes.openHead}><Title order={3} className={classes.openKey}>{conflict.key}</Title><Text size="sm" c="dimmed">{partText(conflict)}</Text></div>
      <div className={classes.three}>
        {order.map((side) => <SideCard key={side} dataset={dataset} conflict={conflict} side={side} commit={preview[side]} name={side === 'base' ? null : names[side]} chosen={chosen === side} onTake={() => onTake(side)} />)}
      </div>
    </div>
  );
}

interface CardProps {
  dataset: string;
  conflict: MergeConflict;
  side: Take;
  commit: string;
  name: string | null;
  chosen: boolean;
  onTake: () => void;
}

/** The sample as one side has it; null where it has it not. */
function useSample(dataset: string, ref: string, key: string): SampleDetail | null | undefined {
  const workspace = useWorkspace();
  const { data } = useQuery({
    queryKey: ['sample', workspace.slug, dataset, ref, key],
    queryFn: () => getSample(workspace.slug, dataset, { ref, key }).catch((cause: unknown) => {
      if (cause instanceof ApiError && cause.problem.status === 404) return null;
      throw cause;
    }),
    staleTime: Infinity,
  });
  return data;
}

function SideCard({ dataset, conflict, side, commit, name, chosen, onTake }: CardProps) {
  const { t } = useTranslation();
  const said = saidBy(conflict, side);
  const origin = side === 'ours' ? conflict.ours_origin : side === 'theirs' ? conflict.theirs_origin : null;
  return (
    <div className={classes.card} role="group" aria-label={[t(`versioning.side_${side}`), name].filter(Boolean).join(': ')} data-chosen={chosen} data-testid={`side-${side}`}>
      <div className={classes.cardHead}><Text size="sm" fw={600}>{t(`versioning.side_${side}`)}</Text>{name ? <Text size="xs" c="dimmed" truncate>{name}</Text> : null}</div>
      <Button fullWidth variant={chosen ? 'filled' : 'default'} leftSection={chosen ? <IconCheck size={15} /> : null} rightSection={<Kbd size="xs">{TAKES.indexOf(side) + 1}</Kbd>} onClick={onTake} aria-pressed={chosen} data-testid={`take-${side}`}>{t(`versioning.do_take_${side}`)}</Button>
      <div className={classes.said}><SaidText said={said} />{origin ? <Origin provenance={origin} /> : null}</div>
      <SideMedia dataset={dataset} conflict={conflict} side={side} commit={commit} said={said} />
    </div>
  );
}

function SideMedia({ dataset, conflict, side, commit, said }: { dataset: string; conflict: MergeConflict; side: Take; commit: string; said: Said }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const sample = useSample(dataset, commit, conflict.key);
  if (sample === undefined) return <div className={classes.picture} aria-busy />;
  if (sample === null) return <div className={classes.absent}>{t('versioning.not_there')}</div>;
  const picture = pictureIn(sample);
  if (picture) {
    const { items, toneOf } = drawnOn(conflict, side, sample.labels);
    const src = mediaUrl(workspace.slug, dataset, { ref: commit, key: conflict.key, field: picture.field, size: 'full' });
    return <div className={classes.picture}><BoxedPicture src={src} width={picture.width} height={picture.height} items={items} toneOf={toneOf} alt={`${conflict.key}, ${t(`versioning.side_${side}`)}`} /></div>;
  }
  const text = said.kind === 'text' ? null : textIn(sample);
  if (said.kind === 'text') return <FieldText conflict={conflict} side={side} text={said.text} />;
  return text === null ? null : <div className={classes.text} tabIndex={0} role="group" aria-label={t(`versioning.side_${side}`)}>{text}</div>;
}

/** A text field in question: what this side changed against the base is marked. */
function FieldText({ conflict, side, text }: { conflict: MergeConflict; side: Take; text: string }) {
  const { t } = useTranslation();
  const base = saidBy(conflict, 'base');
  const pieces = side === 'base' || base.kind !== 'text' ? [{ kind: 'same', text } as const] : diffTexts(base.text, text);
  return <div className={classes.text} tabIndex={0} role="group" aria-label={t(`versioning.side_${side}`)}>{pieces.map((piece, index) => <Marked key={index} piece={piece} />)}</div>;
}

function SaidText({ said }: { said: Said }) {
  const { t } = useTranslation();
  switch (said.kind) {
    case 'gone': return <Text size="sm" c="var(--s-removed)" style={{ display: 'flex', gap: 5, alignItems: 'center' }}><IconTrash size={14} aria-hidden />{t('versioning.gone')}</Text>;
    case 'class': return <ClassChip name={said.name} />;
    case 'box': return <Text size="sm" className="tabular">{t('versioning.box_at', { x: Math.round(said.x), y: Math.round(said.y), width: Math.round(said.width), height: Math.round(said.height) })}</Text>;
    case 'value': return <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>{said.text}</Text>;
    case 'text': return null;
  }
}
