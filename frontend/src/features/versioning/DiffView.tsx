// Two versions side by side: how much changed, and each changed sample with its picture and labels, old and new.
import { Button, Center, Group, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconEqual } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getSample, mediaUrl } from '../../api/datasets';
import { ApiError } from '../../api/client';
import type { DiffStat, SampleDetail } from '../../api/types';
import { getDiff } from '../../api/versioning';
import { useWorkspace } from '../../app/session';
import { ClassChip } from '../../shared/ClassChip';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageLoading } from '../../shared/PageLoading';
import { BoxedPicture } from '../datasets/BoxedPicture';
import { textOf } from '../datasets/SampleMedia';
import { classOf, groupBySample, shortText, toneOf, type SampleChange } from './diff_groups';
import { RefPicker } from './RefPicker';
import classes from './versioning.module.css';

interface Props {
  dataset: string;
  a: string;
  b: string;
  onChange: (a: string, b: string) => void;
  onBack: () => void;
}

export function DiffView({ dataset, a, b, onChange, onBack }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const diff = useInfiniteQuery({
    queryKey: ['diff', workspace.slug, dataset, a, b],
    queryFn: ({ pageParam }) => getDiff(workspace.slug, dataset, { a, b, limit: 60, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
  const groups = groupBySample(diff.data?.pages.flatMap((page) => page.items) ?? []);
  const stat = diff.data?.pages[0]?.stat;
  return (
    <Stack gap="lg" data-testid="diff">
      <Group>
        <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>{t('versioning.back_to_history')}</Button>
        <RefPicker dataset={dataset} value={a} onChange={(next) => onChange(next, b)} label={t('versioning.older')} />
        <IconArrowRight size={16} aria-hidden />
        <RefPicker dataset={dataset} value={b} onChange={(next) => onChange(a, next)} label={t('versioning.newer')} />
      </Group>
      <ErrorNotice error={diff.error} onRetry={() => void diff.refetch()} />
      {diff.isPending ? <PageLoading /> : null}
      {stat ? <Stat stat={stat} /> : null}
      {diff.data && groups.length === 0 ? <EmptyState icon={<IconEqual />} title={t('versioning.diff_none')} detail={t('versioning.diff_none_detail')} /> : null}
      <ul className={classes.changes}>{groups.map((group) => <Change key={group.key} dataset={dataset} group={group} a={a} b={b} />)}</ul>
      {diff.hasNextPage ? <Center><Button variant="default" onClick={() => void diff.fetchNextPage()} loading={diff.isFetchingNextPage}>{t('shared.more')}</Button></Center> : null}
    </Stack>
  );
}

function Stat({ stat }: { stat: DiffStat }) {
  const { t } = useTranslation();
  const names = ['samples_added', 'samples_removed', 'samples_changed', 'labels_added', 'labels_removed', 'labels_changed'] as const;
  return (
    <div className={classes.stat} data-testid="diff-stat">
      {names.filter((name) => stat[name] > 0).map((name) => (
        <span key={name} className={classes.figure} data-tone={toneOf(name)} data-name={name}><b>{stat[name].toLocaleString()}</b>{t(`versioning.${name}`)}</span>
      ))}
    </div>
  );
}

/** The sample as one version has it; null where that version has it not. */
function useSide(dataset: string, ref: string, key: string, there: boolean): SampleDetail | null | undefined {
  const workspace = useWorkspace();
  const { data } = useQuery({
    queryKey: ['sample', workspace.slug, dataset, ref, key],
    queryFn: async () => {
      try {
        return await getSample(workspace.slug, dataset, { ref, key });
      } catch (cause) {
        if (cause instanceof ApiError && cause.problem.status === 404) return null;
        throw cause;
      }
    },
    enabled: there,
    staleTime: Infinity,
  });
  return there ? data : null;
}

function Change({ dataset, group, a, b }: { dataset: string; group: SampleChange; a: string; b: string }) {
  const { t } = useTranslation();
  const before = useSide(dataset, a, group.key, group.before);
  const after = useSide(dataset, b, group.key, group.after);
  const kinds = [...new Set(group.events.map((event) => event.kind))];
  return (
    <li className={classes.change} data-testid="diff-sample" data-key={group.key}>
      <div className={classes.changeHead}>
        <span className={classes.changeKey} title={group.key}>{group.key}</span>
        {kinds.map((kind) => <span key={kind} className={classes.figure} style={{ padding: '1px 8px', fontSize: 11.5 }} data-tone={toneOf(kind)}>{t(`versioning.kind_${kind}`, { defaultValue: kind })}</span>)}
      </div>
      <div className={classes.sides}>
        <Side title={t('versioning.before')} dataset={dataset} refName={a} sample={before} group={group} which="old" />
        <Side title={t('versioning.after')} dataset={dataset} refName={b} sample={after} group={group} which="new" />
      </div>
    </li>
  );
}

interface SideProps {
  title: string;
  dataset: string;
  refName: string;
  sample: SampleDetail | null | undefined;
  group: SampleChange;
  which: 'old' | 'new';
}

function Side({ title, dataset, refName, sample, group, which }: SideProps) {
  const { t } = useTranslation();
  const touched = new Set(group.events.filter((event) => event.layer).map((event) => `${event.layer}/${event.item_id}`));
  const labels = sample ? sample.labels.map((item) => ({ name: item.class, touched: touched.has(`${item.layer}/${item.id}`) })) : labelsOfEvents(group, which);
  const others = group.events.filter((event) => ['split_moved', 'metadata_changed', 'attributes_changed'].includes(event.kind)).map((event) => shortText(event[which])).filter((text) => text !== null);
  const tone = which === 'old' ? 'removed' : 'added';
  return (
    <div className={classes.side}>
      <div className={classes.sideTitle}>{title}</div>
      {sample === undefined ? <div className={classes.picture} /> : sample === null ? <div className={classes.absent}>{t('versioning.not_there')}</div> : <SideMedia sample={sample} dataset={dataset} refName={refName} />}
      <div className={classes.chips} data-testid={`diff-labels-${which}`}>
        {labels.map((label, index) => <ClassChip key={`${label.name}${index}`} name={label.name} tone={label.touched ? tone : undefined} />)}
        {labels.length === 0 && sample ? <Text size="xs" c="dimmed">{t('versioning.no_labels')}</Text> : null}
        {others.map((text) => <Text key={text} size="xs" className="mono">{text}</Text>)}
      </div>
    </div>
  );
}

function labelsOfEvents(group: SampleChange, which: 'old' | 'new'): { name: string; touched: boolean }[] {
  return group.events.map((event) => classOf(event[which])).filter((name) => name !== null).map((name) => ({ name, touched: true }));
}

function SideMedia({ sample, dataset, refName }: { sample: SampleDetail; dataset: string; refName: string }) {
  const workspace = useWorkspace();
  const picture = Object.entries(sample.fields).find(([, field]) => 'blob' in field && field.blob.media_type.startsWith('image/'));
  if (picture && 'blob' in picture[1]) {
    const { width, height } = picture[1].blob;
    return <div className={classes.picture}><BoxedPicture src={mediaUrl(workspace.slug, dataset, { ref: refName, key: sample.key, field: picture[0], size: 'thumb' })} width={width ?? null} height={height ?? null} items={sample.labels} alt={sample.key} /></div>;
  }
  return <p className={classes.text}>{textOf(sample)?.slice(0, 300)}</p>;
}
