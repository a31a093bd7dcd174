// The labels of a sample, and for each who or what made it, under which standard, when, who accepted it, in which commit.
import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle, IconBook2, IconBrain, IconCircleCheck, IconFileImport, IconGitCommit, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Item, LabelOrigin, NamedVersion } from '../../../api/types';
import { getBlame } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import { ClassChip } from '../../../shared/ClassChip';
import { When } from '../../../shared/When';
import classes from './lineage.module.css';

interface Props {
  dataset: string;
  refName: string;
  sampleKey: string;
  /** Shown until it is known where they come from. */
  labels: readonly Item[];
}

export default function LabelOrigins({ dataset, refName, sampleKey, labels }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const blame = useQuery({ queryKey: ['blame', workspace.slug, dataset, refName, sampleKey], queryFn: () => getBlame(workspace.slug, dataset, { ref: refName, key: sampleKey }) });
  const originOf = (item: Item) => blame.data?.labels.find(({ label }) => label.layer === item.layer && label.id === item.id);
  return (
    <section>
      <Title order={3} mb="xs">{t('datasets.labels')}</Title>
      {labels.length === 0 ? <Text size="sm" c="dimmed">{t('shared.unlabelled')}</Text> : null}
      {blame.error ? <Group gap={6} mb={6}><IconAlertCircle size={15} aria-hidden /><Text size="sm">{t('versioning.blame_failed')}</Text><Anchor component="button" type="button" size="sm" onClick={() => void blame.refetch()}>{t('shared.retry')}</Anchor></Group> : null}
      <ul className={classes.labels} data-testid="label-origins">
        {labels.map((item) => {
          const origin = originOf(item);
          return (
            <li key={`${item.layer}/${item.id}`} className={classes.label}>
              <LabelHead item={item} />
              {origin ? <Facts dataset={dataset} origin={origin} /> : blame.isPending ? <Text size="xs" c="dimmed">{t('versioning.tracing')}</Text> : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function LabelHead({ item }: { item: Item }) {
  const attributes = Object.entries(item.attributes ?? {});
  return (
    <Group gap={8}>
      <ClassChip name={item.class} />
      <Text size="xs" c="dimmed">{item.layer}</Text>
      {attributes.map(([name, value]) => <Text key={name} size="xs" c="dimmed">{name}: {String(value)}</Text>)}
    </Group>
  );
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return <div className={classes.fact}><span className={classes.icon} aria-hidden>{icon}</span><span className={classes.said}>{children}</span></div>;
}

function Facts({ dataset, origin }: { dataset: string; origin: LabelOrigin }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { provenance, standard, model } = origin;
  const maker = provenance?.made_by;
  const icon = maker?.kind === 'model' ? <IconBrain size={15} /> : maker?.kind === 'import' ? <IconFileImport size={15} /> : <IconUser size={15} />;
  const who = maker ? (maker.kind === 'person' ? maker.user : maker.kind === 'model' ? maker.name : maker.source) : '';
  const history = `${workspace.path(`datasets/${encodeURIComponent(dataset)}/history`)}?commit=${origin.commit}`;
  return (
    <Stack gap={4} mt={6}>
      {maker && provenance ? <Fact icon={icon}>{t(`datasets.made_by_${maker.kind}`, { who, defaultValue: who })} <When at={provenance.at} size="xs" /></Fact> : null}
      {provenance?.prelabel ? <Fact icon={<IconBrain size={15} />}>{t(provenance.prelabel.changed ? 'datasets.from_prelabel_changed' : 'datasets.from_prelabel', { score: provenance.prelabel.score.toFixed(2) })}{model ? ` · ${nameOf(model, t)}` : ''}</Fact> : maker?.kind === 'model' && model ? <Fact icon={<IconBrain size={15} />}>{nameOf(model, t)}</Fact> : null}
      {standard ? <Fact icon={<IconBook2 size={15} />}>{t('versioning.under_standard')} {standard.id ? <Anchor component={Link} to={workspace.path(`standards/${standard.id}`)} size="xs">{nameOf(standard, t)}</Anchor> : nameOf(standard, t)}</Fact> : null}
      {provenance?.accepted_by ? <Fact icon={<IconCircleCheck size={15} />}>{t('datasets.accepted_by', { who: provenance.accepted_by })}</Fact> : null}
      <Fact icon={<IconGitCommit size={15} />}><Anchor component={Link} to={history} size="xs" data-testid="blame-commit">{origin.message || t('versioning.no_message')} <span className="mono">{origin.commit.slice(0, 10)}</span></Anchor> {origin.author} <When at={origin.time} size="xs" /></Fact>
    </Stack>
  );
}

function nameOf(version: NamedVersion, t: (key: string, slots: Record<string, unknown>) => string): string {
  if (!version.name) return version.hash.slice(0, 10);
  return version.version ? `${version.name} · ${t('versioning.version_number', { number: version.version })}` : version.name;
}
