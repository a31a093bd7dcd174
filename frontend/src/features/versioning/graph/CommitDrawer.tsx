// One commit: who, when, why; what it holds; what it was made from; how its conflicts were settled; what the gates said.
import { Anchor, Badge, Button, Drawer, Group, Menu, Stack, Text, Title } from '@mantine/core';
import { IconChevronDown, IconGitCompare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getCommit } from '../../../api/versioning';
import type { CommitDetail, NamedVersion } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { HashText } from '../../../shared/HashText';
import { PageLoading } from '../../../shared/PageLoading';
import { When } from '../../../shared/When';
import { CommitMenu } from '../actions/CommitMenu';
import { useActions } from '../actions/actions_context';
import { GateReports } from '../gates/GateReports';
import { useProtected } from '../gates/useProtected';
import { usePartText } from '../merge/usePartText';
import { RefBadge } from '../refs/RefBadge';
import { useCounted } from '../useCounted';
import classes from '../versioning.module.css';

interface Props {
  dataset: string;
  hash: string | null;
  onClose: () => void;
  onOpen: (hash: string) => void;
}

export function CommitDrawer({ dataset, hash: open, onClose, onOpen }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  // While the drawer moves away it shows what it showed.
  const [hash, setHash] = useState(open);
  if (open !== null && open !== hash) setHash(open);
  const commit = useQuery({ queryKey: ['commit', workspace.slug, dataset, hash], queryFn: () => getCommit(workspace.slug, dataset, hash ?? ''), enabled: hash !== null });
  return (
    <Drawer opened={open !== null} onClose={onClose} position="right" size="lg" title={<Text fw={600}>{t('versioning.commit_named', { name: hash?.slice(0, 10) ?? '' })}</Text>}>
      {commit.isPending ? <PageLoading /> : null}
      <ErrorNotice error={commit.error} onRetry={() => void commit.refetch()} />
      {commit.data ? <Details dataset={dataset} commit={commit.data} onOpen={onOpen} /> : null}
    </Drawer>
  );
}

function Details({ dataset, commit, onOpen }: { dataset: string; commit: CommitDetail; onOpen: (hash: string) => void }) {
  const { t, i18n } = useTranslation();
  const actions = useActions();
  const counted = useCounted();
  const { guarded } = useProtected(dataset);
  const parent = commit.parents[0];
  return (
    <Stack gap="lg" data-testid="commit-details" data-hash={commit.hash}>
      <div>
        <Title order={2} fz="lg" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{commit.message || t('versioning.no_message')}</Title>
        <Group gap={8} mt={6}><Text size="sm">{commit.author}</Text><When at={commit.time} /><Text size="sm" c="dimmed">{new Date(commit.time).toLocaleString(i18n.language)}</Text></Group>
        {commit.refs.length > 0 ? <Group gap={6} mt={8}>{commit.refs.map((ref) => <RefBadge key={`${ref.kind}${ref.name}`} name={ref.name} tag={ref.kind === 'tag'} guarded={ref.kind === 'branch' && guarded(ref.name)} />)}</Group> : null}
      </div>
      <Group gap="sm">
        {parent ? <Button variant="default" leftSection={<IconGitCompare size={16} />} onClick={() => actions.compare(parent, commit.hash)}>{t('versioning.with_parent')}</Button> : null}
        <Menu position="bottom-start" shadow="md" width={230}>
          <Menu.Target><Button variant="default" rightSection={<IconChevronDown size={14} />}>{t('versioning.actions')}</Button></Menu.Target>
          <Menu.Dropdown><CommitMenu dataset={dataset} commit={commit} /></Menu.Dropdown>
        </Menu>
      </Group>
      <dl className={classes.facts}>
        <dt>{t('versioning.commit')}</dt><dd><HashText hash={commit.hash} digits={24} /></dd>
        <dt>{t('versioning.content')}</dt><dd><HashText hash={commit.tree} digits={24} /></dd>
        <dt>{t('versioning.parents')}</dt>
        <dd>{commit.parents.length === 0 ? t('versioning.first_commit') : commit.parents.map((each) => <Anchor key={each} component="button" type="button" className="mono" fz={12.5} mr={12} onClick={() => onOpen(each)}>{each.slice(0, 10)}</Anchor>)}</dd>
        <dt>{t('versioning.holds')}</dt><dd className="tabular">{t('versioning.counts', counted(commit.counts.samples, commit.counts.labels))}</dd>
      </dl>
      <Inputs inputs={commit.inputs} />
      <GateReports dataset={dataset} refName={commit.hash} />
      {commit.resolutions.length > 0 ? <Resolutions resolutions={commit.resolutions} /> : null}
    </Stack>
  );
}

function Inputs({ inputs }: { inputs: CommitDetail['inputs'] }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const version = (each: NamedVersion, room: string) => {
    const text = each.name ? `${each.name}${each.version ? ` · ${t('versioning.version_number', { number: each.version })}` : ''}` : each.hash.slice(0, 10);
    return each.id && room === 'standards' ? <Anchor component={Link} to={workspace.path(`standards/${each.id}`)} size="sm">{text}</Anchor> : <Text size="sm" span className={each.name ? undefined : 'mono'}>{text}</Text>;
  };
  const parts: [string, ReactNode[]][] = [
    [t('versioning.inputs_projects'), inputs.projects.map((each) => (each.name ? <Anchor key={each.id} component={Link} to={workspace.path(`projects/${each.id}`)} size="sm">{each.name}</Anchor> : <Text key={each.id} size="sm" className="mono">{each.id.slice(0, 8)}</Text>))],
    [t('versioning.inputs_standards'), inputs.standards.map((each) => <span key={each.hash}>{version(each, 'standards')}</span>)],
    [t('versioning.inputs_models'), inputs.models.map((each) => <span key={each.hash}>{version(each, 'models')}</span>)],
    [t('versioning.inputs_sources'), inputs.sources.map((each) => <Text key={each} size="sm" style={{ overflowWrap: 'anywhere' }}>{each}</Text>)],
  ];
  const known = parts.filter(([, values]) => values.length > 0);
  return (
    <section data-testid="commit-inputs">
      <Title order={3} mb="xs">{t('versioning.inputs')}</Title>
      {known.length === 0 ? <Text size="sm" c="dimmed">{t('versioning.inputs_none')}</Text> : (
        <dl className={classes.facts}>{known.map(([name, values]) => [<dt key={`${name}t`}>{name}</dt>, <dd key={`${name}d`}><Stack gap={3}>{values}</Stack></dd>])}</dl>
      )}
    </section>
  );
}

function Resolutions({ resolutions }: { resolutions: CommitDetail['resolutions'] }) {
  const { t } = useTranslation();
  const partText = usePartText();
  return (
    <section>
      <Title order={3} mb="xs">{t('versioning.settled_conflicts', { count: resolutions.length })}</Title>
      <ul className={classes.settledList}>
        {resolutions.map((each) => (
          <li key={`${each.key} ${each.layer ?? ''} ${each.item_id ?? ''} ${each.part}`}>
            <Text size="sm" style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{each.key} <Text span size="xs" c="dimmed">{partText(each)}</Text></Text>
            <Badge variant="light" color="gray" tt="none" radius="sm">{t(`versioning.take_${each.take}`)}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}
