// One sample: its media, fields, metadata and labels, and who or what made each label.
import { Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { getSample, mediaUrl } from '../../api/datasets';
import type { SampleDetail } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { bytesText } from '../../shared/format';
import { HashText } from '../../shared/HashText';
import { PageLoading } from '../../shared/PageLoading';
import { BoxedPicture } from '../../shared/BoxedPicture';
import { textOf } from './SampleMedia';
import classes from './datasets.module.css';

const LabelOrigins = lazy(() => import('../versioning/lineage/LabelOrigins'));

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
      <Suspense fallback={<PageLoading />}><LabelOrigins dataset={dataset} refName={refName} sampleKey={sampleKey} labels={sample.data.labels} /></Suspense>
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
