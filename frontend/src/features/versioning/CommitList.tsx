import { ActionIcon, Badge, Button, Center, Checkbox, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconDots, IconGitBranch, IconGitCommit, IconGitCompare, IconTag } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { createBranch, createTag, listCommits, listRefs } from '../../api/versioning';
import type { CommitView } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { HashText } from '../../shared/HashText';
import { PageLoading } from '../../shared/PageLoading';
import { Panel } from '../../shared/Panel';
import { useAction } from '../../shared/useAction';
import { When } from '../../shared/When';
import classes from './versioning.module.css';

interface Naming {
  kind: 'tag' | 'branch';
  commit: string;
}

export function CommitList({ dataset, refName, onCompare }: { dataset: string; refName: string; onCompare: (a: string, b: string) => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [picked, setPicked] = useState<string[]>([]);
  const [naming, setNaming] = useState<Naming | null>(null);
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const commits = useInfiniteQuery({
    queryKey: ['commits', workspace.slug, dataset, refName],
    queryFn: ({ pageParam }) => listCommits(workspace.slug, dataset, { ref: refName, limit: 30, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
  if (commits.isPending) return <PageLoading />;
  if (commits.error) return <ErrorNotice error={commits.error} onRetry={() => void commits.refetch()} />;
  const all = commits.data.pages.flatMap((page) => page.items);
  if (all.length === 0) return <EmptyState icon={<IconGitCommit />} title={t('versioning.commits_none')} />;
  const toggle = (hash: string) => setPicked((before) => (before.includes(hash) ? before.filter((each) => each !== hash) : [...before, hash].slice(-2)));
  const comparePicked = () => {
    const [older, newer] = all.filter((each) => picked.includes(each.hash)).map((each) => each.hash).reverse();
    if (older && newer) onCompare(older, newer);
  };
  const namesOf = (hash: string) => [
    ...(refs.data?.branches ?? []).filter((ref) => ref.commit === hash).map((ref) => ({ name: ref.name, tag: false })),
    ...(refs.data?.tags ?? []).filter((ref) => ref.commit === hash).map((ref) => ({ name: ref.name, tag: true })),
  ];
  return (
    <Panel flush title={t('versioning.history')} aside={<Button variant="default" leftSection={<IconGitCompare size={16} />} disabled={picked.length !== 2} onClick={comparePicked} data-testid="compare">{t('versioning.compare_two')}</Button>}>
      <ol className={classes.commits} data-testid="commits">
        {all.map((commit) => <CommitRow key={commit.hash} dataset={dataset} commit={commit} names={namesOf(commit.hash)} picked={picked.includes(commit.hash)} onPick={() => toggle(commit.hash)} onCompare={onCompare} onName={setNaming} />)}
      </ol>
      {commits.hasNextPage ? <Center p="md"><Button variant="default" onClick={() => void commits.fetchNextPage()} loading={commits.isFetchingNextPage}>{t('shared.more')}</Button></Center> : null}
      <Modal opened={naming !== null} onClose={() => setNaming(null)} title={naming?.kind === 'tag' ? t('versioning.tag_here') : t('versioning.branch_here')}>
        {naming ? <NameForm dataset={dataset} naming={naming} onDone={() => setNaming(null)} /> : null}
      </Modal>
    </Panel>
  );
}

interface RowProps {
  dataset: string;
  commit: CommitView;
  names: { name: string; tag: boolean }[];
  picked: boolean;
  onPick: () => void;
  onCompare: (a: string, b: string) => void;
  onName: (naming: Naming) => void;
}

function CommitRow({ dataset, commit, names, picked, onPick, onCompare, onName }: RowProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const parent = commit.parents[0];
  const browse = `${workspace.path(`datasets/${encodeURIComponent(dataset)}/samples`)}?ref=${commit.hash}`;
  return (
    <li className={classes.commit} data-testid="commit" data-hash={commit.hash} data-tree={commit.tree}>
      <span className={classes.rail} data-merge={commit.parents.length > 1} aria-hidden><span className={classes.node} /></span>
      <Checkbox size="xs" checked={picked} onChange={onPick} aria-label={`${t('versioning.compare')} ${commit.hash.slice(0, 10)}`} />
      <div className={classes.commitText}>
        <Group gap={8}>
          <Text fw={550} size="sm">{commit.message}</Text>
          {names.map(({ name, tag }) => <Badge key={`${tag}${name}`} size="sm" radius="sm" tt="none" variant={tag ? 'outline' : 'light'} leftSection={tag ? <IconTag size={10} /> : <IconGitBranch size={10} />}>{name}</Badge>)}
          {commit.parents.length > 1 ? <Badge size="sm" radius="sm" color="gray" variant="light" tt="none">{t('versioning.merge')}</Badge> : null}
        </Group>
        <Group gap={8} mt={2}>
          <Text size="xs" c="dimmed">{commit.author}</Text><When at={commit.time} size="xs" />
          <Text size="xs" c="dimmed" className="tabular">{t('versioning.counts', { samples: commit.counts.samples.toLocaleString(), labels: commit.counts.labels.toLocaleString() })}</Text>
        </Group>
      </div>
      <HashText hash={commit.hash} />
      {parent ? <Button size="compact-sm" variant="subtle" onClick={() => onCompare(parent, commit.hash)} data-testid="commit-changes">{t('versioning.with_parent')}</Button> : null}
      <Menu position="bottom-end">
        <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`${t('shell.menu')} ${commit.hash.slice(0, 10)}`}><IconDots size={16} /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={browse}>{t('versioning.browse')}</Menu.Item>
          {workspace.can('manager') ? (
            <>
              <Menu.Item leftSection={<IconTag size={14} />} onClick={() => onName({ kind: 'tag', commit: commit.hash })}>{t('versioning.tag_here')}</Menu.Item>
              <Menu.Item leftSection={<IconGitBranch size={14} />} onClick={() => onName({ kind: 'branch', commit: commit.hash })}>{t('versioning.branch_here')}</Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function NameForm({ dataset, naming, onDone }: { dataset: string; naming: Naming; onDone: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const action = useAction(async () => {
    if (naming.kind === 'tag') await createTag(workspace.slug, dataset, { name, at: naming.commit });
    else await createBranch(workspace.slug, dataset, { name, from: naming.commit });
    await queries.invalidateQueries({ queryKey: ['refs', workspace.slug, dataset] });
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={naming.kind === 'tag' ? t('versioning.tag_name') : t('versioning.branch_name')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy}>{t('shared.create')}</Button></Group>
      </Stack>
    </form>
  );
}
