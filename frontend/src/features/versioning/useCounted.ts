// Samples and labels with their numbers, in words.
import { useTranslation } from 'react-i18next';

export function useCounted(): (samples: number, labels: number) => { samples: string; labels: string } {
  const { t } = useTranslation();
  return (samples, labels) => ({ samples: t('versioning.counted_samples', { count: samples }), labels: t('versioning.counted_labels', { count: labels }) });
}
