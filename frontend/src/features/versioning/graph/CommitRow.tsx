// One commit of the history: its place in the graph, what points at it, who made it and why, and what can be done.
import { ActionIcon, Badge, Button, Checkbox, Menu, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { GraphCommit } from '../../../api/types';
import { HashText } from '../../../shared/HashText';
import { When } from '../../../shared/When';
import { CommitMenu } from '../actions/CommitMenu';
import { RefBadge } from '../refs/RefBadge';
import { useCounted } from '../useCounted';
import { LaneDrawing } from './LaneDrawing';
import type { LaneRow } from './lanes';
import classes from './graph.module.css';

/** Names of branches and tags on a row. */
const MOST_REFS = 3;

interface Props {
  dataset: string;
  commit: GraphCommit;
  row: LaneRow;
  columns: number;
  /** Whether a branch is protected. */
  guarded: (branch: string) => boolean;
  /** Takes part in the tab order. */
  active: boolean;
  open: boolean;
  picked: boolean;
  onPick: () => void;
  onOpen: () => void;
  onChanges: () => void;
  onFocus: () => void;
}

export function CommitRow({ dataset, commit, row, columns, guarded, active, open, picked, onPick, onOpen, onChanges, onFocus }: Props) {
  const { t } = useTranslation();
  const counted = useCounted();
  const short = commit.hash.slice(0, 10);
  const tab = active ? 0 : -1;
  return (
    <li className={classes.row} data-testid="commit" data-hash={commit.hash} data-tree={commit.tree} data-parents={commit.parents.length} data-picked={picked} data-open={open} onFocus={onFocus}>
      <LaneDrawing row={row} columns={columns} merge={commit.parents.length > 1} />
      <Checkbox size="xs" checked={picked} onChange={onPick} tabIndex={tab} aria-label={`${t('versioning.compare')} ${short}`} />
      <div className={classes.text}>
        <div className={classes.top}>
          <button type="button" className={classes.message} onClick={onOpen} tabIndex={tab} data-row-focus title={commit.message} data-testid="commit-open">{commit.message || t('versioning.no_message')}</button>
          <Refs refs={commit.refs} guarded={guarded} />
        </div>
        <div className={classes.below}>
          <Text size="xs" c="dimmed">{commit.author}</Text><When at={commit.time} size="xs" />
          <Text size="xs" c="dimmed" className="tabular">{t('versioning.counts', counted(commit.counts.samples, commit.counts.labels))}</Text>
        </div>
      </div>
      <span className={classes.wide}>
        <HashText hash={commit.hash} tabIndex={tab} />
        {commit.parents.length > 0 ? <Button size="compact-sm" variant="subtle" onClick={onChanges} tabIndex={tab} data-testid="commit-changes">{t('versioning.with_parent')}</Button> : <Room />}
      </span>
      <Menu position="bottom-end" shadow="md" width={230}>
        <Menu.Target><ActionIcon variant="subtle" color="gray" tabIndex={tab} aria-label={`${t('shell.menu')} ${short}`} data-testid="commit-menu"><IconDots size={16} /></ActionIcon></Menu.Target>
        <Menu.Dropdown><CommitMenu dataset={dataset} commit={commit} /></Menu.Dropdown>
      </Menu>
    </li>
  );
}

/** As many names as have room: branches before tags, and the rest as a number that tells them. */
function Refs({ refs, guarded }: { refs: GraphCommit['refs']; guarded: (branch: string) => boolean }) {
  const { t } = useTranslation();
  const ordered = [...refs].sort((one, other) => Number(one.kind === 'tag') - Number(other.kind === 'tag'));
  const rest = ordered.slice(MOST_REFS).map((ref) => ref.name);
  return (
    <span className={classes.refs}>
      {ordered.slice(0, MOST_REFS).map((ref) => <RefBadge key={`${ref.kind}${ref.name}`} name={ref.name} tag={ref.kind === 'tag'} guarded={ref.kind === 'branch' && guarded(ref.name)} />)}
      {rest.length > 0 ? <Badge size="sm" radius="sm" color="gray" variant="light" className={classes.rest} title={rest.join('\n')}><span aria-hidden>+{rest.length}</span><span className="visually-hidden">{t('versioning.more_refs', { names: rest.join(', ') })}</span></Badge> : null}
    </span>
  );
}

/** As wide as the button of other rows, so that hashes stand in one column. */
function Room() {
  const { t } = useTranslation();
  return <Button component="span" size="compact-sm" variant="subtle" style={{ visibility: 'hidden' }} aria-hidden>{t('versioning.with_parent')}</Button>;
}
