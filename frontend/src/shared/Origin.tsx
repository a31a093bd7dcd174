// Who or what made a label, from which pre-label, who accepted it, and when: in one line.
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Provenance } from '../api/types';
import { When } from './When';

export function Origin({ provenance }: { provenance: Provenance }) {
  const { t } = useTranslation();
  const { made_by: maker, prelabel } = provenance;
  const who = maker.kind === 'person' ? maker.user : maker.kind === 'model' ? maker.name : maker.source;
  const parts = [t(`datasets.made_by_${maker.kind}`, { who, defaultValue: who })];
  if (prelabel) parts.push(t(prelabel.changed ? 'datasets.from_prelabel_changed' : 'datasets.from_prelabel', { score: prelabel.score.toFixed(2) }));
  if (provenance.accepted_by) parts.push(t('datasets.accepted_by', { who: provenance.accepted_by }));
  return <Group gap={6} mt={3} title={t('datasets.provenance')}><Text size="xs" c="dimmed">{parts.join(' · ')}</Text><When at={provenance.at} size="xs" /></Group>;
}
