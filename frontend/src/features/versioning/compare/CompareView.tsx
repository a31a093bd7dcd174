// Two versions: where they parted, how far apart they are, and every differing sample before and after.
import { ActionIcon, Alert, Button, Center, Group, Loader, SegmentedControl, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { IconArrowLeft, IconArrowRight, IconArrowsExchange, IconEqual, IconFilterOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comparison } from '../../../api/types';
import { compareVersions } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import { EmptyState } from '../../../shared/EmptyState';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { HashText } from '../../../shared/HashText';
import { Panel } from '../../../shared/Panel';
import { RefPicker } from '../refs/RefPicker';
import { KINDS, pictureIn, toneOfKind, type SideName } from './changes';
import { ClassTable, type ClassChoice } from './ClassTable';
import { DiffCard } from './DiffCard';
import type { Layout } from './Pictures';
import { useSampleDiffs } from './useSampleDiffs';
import classes from './compare.module.css';

interface Props {
  dataset: string;
  a: string;
  b: string;
  onChange: (a: string, b: string) => void;
  onBack: () => void;
}

export function CompareView({ dataset, a, b, onChange, onBack }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [kind, setKind] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ClassChoice | null>(null);
  const [layout, setLayout] = useState<Layout>('sides');
  const comparison = useQuery({ queryKey: ['compare', workspace.slug, dataset, a, b], queryFn: () => compareVersions(workspace.slug, dataset, { a, b }) });
  const change = (older: string, newer: string) => {
    setKind(null);
    setChosen(null);
    onChange(older, newer);
  };
  const { data } = comparison;
  const filtered = kind !== null || chosen !== null;
  const refs = data ? { old: data.a, new: data.b } : null;
  const diffs = useSampleDiffs(dataset, refs, kind, chosen);
  const differ = data !== undefined && Object.values(data.stat).some((count) => count > 0);
  // Texts are always side by side.
  const pictured = diffs.items.some((diff) => pictureIn(diff.new ?? diff.old) !== null);
  return (
    <Stack gap="lg" data-testid="diff">
      <Group>
        <Button variant="subtle" color="gray" leftSection={<IconArrowLeft size={16} />} onClick={onBack}>{t('versioning.back_to_history')}</Button>
        <RefPicker dataset={dataset} value={a} onChange={(next) => change(next, b)} label={t('versioning.older')} />
        <IconArrowRight size={16} aria-hidden />
        <RefPicker dataset={dataset} value={b} onChange={(next) => change(a, next)} label={t('versioning.newer')} />
        <ActionIcon variant="default" size="lg" onClick={() => change(b, a)} aria-label={t('versioning.swap')} title={t('versioning.swap')}><IconArrowsExchange size={16} /></ActionIcon>
      </Group>
      <ErrorNotice error={comparison.error} onRetry={() => void comparison.refetch()} />
      {comparison.isPending ? <Skeleton h={90} radius="lg" /> : null}
      {data ? <Summary comparison={data} a={a} b={b} /> : null}
      {data && data.classes.length > 0 ? <Panel flush><ClassTable rows={data.classes} complete={data.complete} chosen={chosen} onChoose={setChosen} /></Panel> : null}
      {differ ? (
        <Group justify="space-between">
          <Group gap="sm">
            <Select size="xs" w={210} clearable placeholder={t('versioning.every_kind')} aria-label={t('versioning.kind_of_change')} value={kind} onChange={setKind} data={KINDS.map((value) => ({ value, label: t(`versioning.kind_${value}`) }))} data-testid="kind-filter" />
            {filtered ? <Button size="compact-sm" variant="subtle" leftSection={<IconFilterOff size={14} />} onClick={() => { setKind(null); setChosen(null); }}>{t('versioning.filter_off')}</Button> : null}
          </Group>
          {pictured ? <SegmentedControl size="xs" value={layout} onChange={(value) => setLayout(value as Layout)} aria-label={t('versioning.layout')} data={(['sides', 'slider', 'both'] as const).map((value) => ({ value, label: t(`versioning.layout_${value}`) }))} data-testid="layout" /> : null}
        </Group>
      ) : null}
      {refs ? <Samples dataset={dataset} refs={refs} diffs={diffs} filtered={filtered} layout={layout} /> : null}
    </Stack>
  );
}

function Summary({ comparison, a, b }: { comparison: Comparison; a: string; b: string }) {
  const { t } = useTranslation();
  const { stat, merge_base: base, ahead, behind } = comparison;
  const changed = (['samples_added', 'samples_removed', 'samples_changed', 'labels_added', 'labels_removed', 'labels_changed'] as const).filter((name) => stat[name] > 0);
  const short = (name: string) => (/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 10) : name);
  return (
    <Stack gap="sm">
      <Group gap="xs" className={classes.relation} data-testid="relation">
        <Text size="sm">{t('versioning.ahead_behind', { b: short(b), a: short(a), ahead, behind })}</Text>
        {base ? <Group gap={6}><Text size="sm" c="dimmed">{t('versioning.merge_base')}</Text><HashText hash={base} /></Group> : <Alert color="yellow" p="xs" variant="light">{t('versioning.no_merge_base')}</Alert>}
      </Group>
      {changed.length > 0 ? (
        <div className={classes.stat} data-testid="diff-stat">
          {changed.map((name) => (
            <span key={name} className={classes.figure} data-tone={toneOfKind(name)} data-name={name}><b>{stat[name].toLocaleString()}</b>{t(`versioning.${name}`, { count: stat[name] })}</span>
          ))}
        </div>
      ) : null}
    </Stack>
  );
}

interface SamplesProps {
  dataset: string;
  refs: Record<SideName, string>;
  diffs: ReturnType<typeof useSampleDiffs>;
  filtered: boolean;
  layout: Layout;
}

function Samples({ dataset, refs, diffs, filtered, layout }: SamplesProps) {
  const { t } = useTranslation();
  const { items, hasNextPage, isFetchingNextPage, fetchNextPage } = diffs;
  const { ref, entry } = useIntersection({ rootMargin: '800px' });
  const near = entry?.isIntersecting ?? false;
  const count = diffs.data?.pages.length ?? 0;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, fetchNextPage, count]);
  return (
    <>
      <ErrorNotice error={diffs.error} onRetry={() => void diffs.refetch()} />
      {diffs.isPending ? <div className={classes.changes} aria-busy>{[1, 2, 3].map((each) => <Skeleton key={each} h={290} radius="md" />)}</div> : null}
      {diffs.data && !hasNextPage && items.length === 0 ? <EmptyState icon={<IconEqual />} title={t(filtered ? 'versioning.diff_filtered' : 'versioning.diff_none')} detail={filtered ? undefined : t('versioning.diff_none_detail')} /> : null}
      <ul className={classes.changes}>{items.map((diff) => <DiffCard key={diff.key} dataset={dataset} diff={diff} refs={refs} layout={layout} />)}</ul>
      {hasNextPage ? <Center ref={ref} py="lg">{isFetchingNextPage ? <Loader type="dots" /> : <Button variant="default" onClick={() => void fetchNextPage()}>{t('shared.more')}</Button>}</Center> : null}
    </>
  );
}
