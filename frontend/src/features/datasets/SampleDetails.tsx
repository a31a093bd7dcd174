// One sample: its media, fields, metadata and labels, and who or what made each label.
import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getSample, mediaUrl } from '../../api/datasets';
import type { Item, Provenance, SampleDetail } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ClassChip } from '../../shared/ClassChip';
import { colorOf } from '../../shared/colors';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { bytesText } from '../../shared/format';
import { HashText } from '../../shared/HashText';
import { PageLoading } from '../../shared/PageLoading';
import { When } from '../../shared/When';
import { BoxedPicture } from './BoxedPicture';
import { textOf } from './SampleMedia';
import classes from './datasets.module.css';

export function SampleDetails({ dataset, refName, sampleKey }: { dataset: string; refName: string; sampleKey: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const sample = useQuery({ queryKey: ['sample', workspace.slug, dataset, refName, sampleKey], queryFn: () => getSample(workspace.slug, dataset, { ref: refName, key: sampleKey }) });
  if (sample.isPending) return <PageLoading />;
  if (sample.error) return <ErrorNotice error={sample.error} onRetry={() => void sample.refetch()} />;
  const metadata = Object.entries(sample.data.metadata);
  return (
    <Stack gap="lg" data-testid="sample-details">
      <Media sample={sample.data} dataset={dataset} refName={refName} />
      <Labels sample={sample.data} />
      <div>
        <Title order={3} mb="xs">{t('datasets.fields')}</Title>
        <dl className={classes.facts}>
          <dt>{t('datasets.split')}</dt><dd>{sample.data.split ?? t('datasets.no_split')}</dd>
          {Object.entries(sample.data.fields).map(([name, field]) => [<dt key={`${name}t`}>{name}</dt>, <dd key={`${name}d`}>{'blob' in field ? <BlobFacts blob={field.blob} /> : String(field.inline).slice(0, 160)}</dd>])}
        </dl>
      </div>
      {metadata.length > 0 ? (
        <div>
          <Title order={3} mb="xs">{t('datasets.metadata')}</Title>
          <dl className={classes.facts}>{metadata.map(([name, value]) => [<dt key={`${name}t`}>{name}</dt>, <dd key={`${name}d`}>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>])}</dl>
        </div>
      ) : null}
    </Stack>
  );
}

function BlobFacts({ blob }: { blob: { hash: string; media_type: string; bytes: number; width?: number | null; height?: number | null } }) {
  const { t } = useTranslation();
  return (
    <Group gap={8}>
      <span>{blob.media_type}</span>
      {blob.width && blob.height ? <span>{t('datasets.pixels', { width: blob.width, height: blob.height })}</span> : null}
      <span>{bytesText(blob.bytes)}</span>
      <HashText hash={blob.hash} />
    </Group>
  );
}

function Media({ sample, dataset, refName }: { sample: SampleDetail; dataset: string; refName: string }) {
  const workspace = useWorkspace();
  const picture = Object.entries(sample.fields).find(([, field]) => 'blob' in field && field.blob.media_type.startsWith('image/'));
  if (picture && 'blob' in picture[1]) {
    const { width, height } = picture[1].blob;
    return <div className={classes.full}><BoxedPicture src={mediaUrl(workspace.slug, dataset, { ref: refName, key: sample.key, field: picture[0], size: 'full' })} width={width ?? null} height={height ?? null} items={sample.labels} alt={sample.key} /></div>;
  }
  const text = textOf(sample);
  return text === null ? null : <div className={classes.fullText}>{text}</div>;
}

function Labels({ sample }: { sample: SampleDetail }) {
  const { t } = useTranslation();
  return (
    <div>
      <Title order={3} mb="xs">{t('datasets.labels')}</Title>
      {sample.labels.length === 0 ? <Text size="sm" c="dimmed">{t('shared.unlabelled')}</Text> : (
        <Stack gap="sm">
          {sample.labels.map((item) => <LabelLine key={`${item.layer}/${item.id}`} item={item} provenance={sample.provenance.find((each) => each.layer === item.layer && each.item_id === item.id)?.provenance} />)}
        </Stack>
      )}
    </div>
  );
}

function LabelLine({ item, provenance }: { item: Item; provenance: Provenance | undefined }) {
  const { t } = useTranslation();
  const attributes = Object.entries(item.attributes ?? {});
  return (
    <div>
      <Group gap={8}>
        <ClassChip name={item.class} color={colorOf(item.class)} />
        <Text size="xs" c="dimmed">{item.layer}</Text>
        {attributes.map(([name, value]) => <Text key={name} size="xs" c="dimmed">{name}: {String(value)}</Text>)}
      </Group>
      {provenance ? <ProvenanceLine provenance={provenance} label={t('datasets.provenance')} /> : null}
    </div>
  );
}

function ProvenanceLine({ provenance, label }: { provenance: Provenance; label: string }) {
  const { t } = useTranslation();
  const { made_by: maker, prelabel } = provenance;
  const who = maker.kind === 'person' ? maker.user : maker.kind === 'model' ? maker.name : maker.source;
  const parts = [t(`datasets.made_by_${maker.kind}`, { who, defaultValue: who })];
  if (prelabel) parts.push(t(prelabel.changed ? 'datasets.from_prelabel_changed' : 'datasets.from_prelabel', { score: prelabel.score.toFixed(2) }));
  if (provenance.accepted_by) parts.push(t('datasets.accepted_by', { who: provenance.accepted_by }));
  return <Group gap={6} mt={3} title={label}><Text size="xs" c="dimmed">{parts.join(' · ')}</Text><When at={provenance.at} size="xs" /></Group>;
}
