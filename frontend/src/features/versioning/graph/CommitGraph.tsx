// The history as a graph: lanes of commits, newest first, more of them as one nears the end, all of it by keyboard too.
import { Button, Center, Kbd, Loader, SegmentedControl } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { IconGitCommit, IconGitCompare } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { listGraph, listRefs } from '../../../api/versioning';
import type { GraphCommit } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { EmptyState } from '../../../shared/EmptyState';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { PageLoading } from '../../../shared/PageLoading';
import { Panel } from '../../../shared/Panel';
import { useActions } from '../actions/actions_context';
import { useProtected } from '../gates/useProtected';
import { CommitRow } from './CommitRow';
import { layLanes } from './lanes';
import { MOST_COLUMNS } from './measures';
import { eachOnce, pickedPair, rowAction } from './row_keys';
import classes from './graph.module.css';

const PAGE = 60;

interface Props {
  dataset: string;
  refName: string;
  /** Only what is behind `refName`. */
  only: boolean;
  onOnly: (only: boolean) => void;
  open: string | null;
  onOpen: (hash: string) => void;
}

export function CommitGraph({ dataset, refName, only, onOnly, open, onOpen }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const actions = useActions();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const commits = useInfiniteQuery({
    queryKey: ['commits', workspace.slug, dataset, only ? refName : null],
    queryFn: ({ pageParam }) => listGraph(workspace.slug, dataset, { ...(only ? { ref: refName } : {}), limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const pages = commits.data?.pages;
  const all = useMemo(() => eachOnce(pages?.flatMap((page) => page.items) ?? []), [pages]);
  const trunk = refs.data?.branches.find((branch) => branch.name === 'main')?.commit;
  const rows = useMemo(() => layLanes(all, trunk), [all, trunk]);
  const columns = Math.min(MOST_COLUMNS, Math.max(1, ...rows.map((row) => row.width)));
  const { guarded } = useProtected(dataset);
  const pick = (hash: string) => setPicked((before) => (before.includes(hash) ? before.filter((each) => each !== hash) : [...before, hash].slice(-2)));
  const pair = pickedPair(all, picked);
  const changes = (commit: GraphCommit) => {
    const parent = commit.parents[0];
    if (parent) actions.compare(parent, commit.hash);
  };
  const keys = useRowFocus(all, {
    near: () => commits.hasNextPage && !commits.isFetchingNextPage && void commits.fetchNextPage(),
    act: (what, commit) => (what === 'pick' ? pick(commit.hash) : what === 'changes' ? changes(commit) : what === 'clear' ? setPicked([]) : onOpen(commit.hash)),
  });
  return (
    <Panel
      flush title={t('versioning.view_graph')}
      aside={<Tools only={only} refName={refName} onOnly={onOnly} canCompare={pair !== null} onCompare={() => pair && actions.compare(...pair)} />}
    >
      {commits.isPending ? <PageLoading /> : null}
      {commits.error ? <div style={{ padding: 20 }}><ErrorNotice error={commits.error} onRetry={() => void commits.refetch()} /></div> : null}
      {pages && all.length === 0 ? <EmptyState icon={<IconGitCommit />} title={t('versioning.commits_none')} /> : null}
      <ol className={classes.list} data-testid="commits" aria-label={t('versioning.view_graph')} ref={keys.list} onKeyDown={keys.onKeyDown}>
        {all.map((commit, index) => {
          const row = rows[index];
          return row ? (
            <CommitRow
              key={commit.hash} dataset={dataset} commit={commit} row={row} columns={columns} guarded={guarded} active={index === keys.at} open={commit.hash === open}
              picked={picked.includes(commit.hash)} onPick={() => pick(commit.hash)} onOpen={() => onOpen(commit.hash)} onChanges={() => changes(commit)} onFocus={() => keys.setAt(index)}
            />
          ) : null;
        })}
      </ol>
      <More wanted={commits.hasNextPage} loading={commits.isFetchingNextPage} onMore={() => void commits.fetchNextPage()} />
      {all.length > 0 ? <Keys /> : null}
    </Panel>
  );
}

function Tools({ only, refName, onOnly, canCompare, onCompare }: { only: boolean; refName: string; onOnly: (only: boolean) => void; canCompare: boolean; onCompare: () => void }) {
  const { t } = useTranslation();
  const shown = /^[0-9a-f]{64}$/.test(refName) ? refName.slice(0, 10) : refName;
  return (
    <div style={{ display: 'flex', gap: 10, flexWrap: 'wrap', alignItems: 'center' }}>
      <SegmentedControl size="xs" value={only ? 'one' : 'all'} onChange={(value) => onOnly(value === 'one')} aria-label={t('versioning.shown_history')} data={[{ value: 'all', label: t('versioning.all_branches') }, { value: 'one', label: t('versioning.only_ref', { name: shown }) }]} />
      <Button variant="default" leftSection={<IconGitCompare size={16} />} disabled={!canCompare} onClick={onCompare} data-testid="compare">{t('versioning.compare_two')}</Button>
    </div>
  );
}

function More({ wanted, loading, onMore }: { wanted: boolean; loading: boolean; onMore: () => void }) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection({ rootMargin: '600px' });
  const near = entry?.isIntersecting ?? false;
  useEffect(() => {
    if (near && wanted && !loading) onMore();
  }, [near, wanted, loading, onMore]);
  if (!wanted) return null;
  return <Center p="md" ref={ref}>{loading ? <Loader type="dots" /> : <Button variant="default" onClick={onMore}>{t('shared.more')}</Button>}</Center>;
}

function Keys() {
  const { t } = useTranslation();
  const lines = [[['↑', '↓'], t('versioning.key_move')], [['Enter'], t('versioning.key_open')], [['P'], t('versioning.key_parent')], [['X'], t('versioning.key_pick')], [['C'], t('versioning.key_changes')]] as const;
  return (
    <div className={classes.keys} style={{ padding: '10px 20px', borderTop: '1px solid var(--s-line)' }}>
      {lines.map(([shown, text]) => <span key={text}>{shown.map((key) => <Kbd key={key} size="xs" mr={4}>{key}</Kbd>)}{text}</span>)}
    </div>
  );
}

interface Deeds {
  near: () => unknown;
  act: (what: 'open' | 'pick' | 'changes' | 'clear', commit: GraphCommit) => void;
}

/** One row takes part in the tab order; arrows move it, and the focus with it. */
function useRowFocus(commits: readonly GraphCommit[], { near, act }: Deeds) {
  const list = useRef<HTMLOListElement>(null);
  const [wanted, setAt] = useState(0);
  const at = Math.min(wanted, Math.max(0, commits.length - 1));
  const onKeyDown = (event: KeyboardEvent<HTMLOListElement>) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.nativeEvent.isComposing;
    const inMenu = !(event.target instanceof HTMLElement) || !list.current?.contains(event.target);
    const action = plain && !inMenu ? rowAction(event.key, commits, at) : null;
    const commit = commits[at];
    if (!action || !commit) return;
    event.preventDefault();
    if ('do' in action) return act(action.do, commit);
    setAt(action.go);
    list.current?.querySelectorAll<HTMLElement>('[data-row-focus]')[action.go]?.focus();
    if (action.go > commits.length - 8) near();
  };
  return { list, at, setAt, onKeyDown };
}
