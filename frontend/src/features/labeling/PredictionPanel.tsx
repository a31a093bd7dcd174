// What the models suggest, apart from human work: dashed, with its confidence, taken over with one key.
import { Button, Group, Kbd, Text } from '@mantine/core';
import { IconSparkles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ClassChip } from '../../shared/ClassChip';
import { percentText } from '../../shared/format';
import { colorIn } from './painted';
import type { Bench } from './useBench';
import { useKeyChoices } from './useKeyChoices';
import styles from './labeling.module.css';

export function PredictionPanel({ bench }: { bench: Bench }) {
  const { t } = useTranslation();
  const { shown } = useKeyChoices();
  return bench.predictions.map((prediction) => {
    const regions = prediction.result.items.filter((item) => item.kind !== 'classification').length;
    const whole = prediction.result.items.filter((item) => item.kind === 'classification');
    const taken = bench.accepted === prediction.id;
    return (
      <div key={prediction.id} className={styles.prediction} data-testid="prediction" data-accepted={taken}>
        <Group gap={6} wrap="nowrap" mb={8}><IconSparkles size={15} stroke={1.7} color="var(--s-accent)" /><Text size="xs" c="dimmed" truncate flex={1}>{t('labeling.prediction_of', { model: prediction.model_name })}</Text><Text size="xs" fw={600} className="tabular" data-testid="prediction-score">{percentText(prediction.score)}</Text></Group>
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Group gap={5}>{whole.map((item) => <ClassChip key={item.id} name={item.class} color={colorIn(bench.content, item)} />)}{regions > 0 ? <Text size="sm">{t('labeling.regions', { count: regions })}</Text> : null}</Group>
          {taken ? <Text size="xs" c="dimmed">{t('labeling.prediction_accepted')}</Text> : <Button size="compact-sm" variant="light" rightSection={prediction === bench.best && shown('accept_prediction') ? <Kbd size="xs">{shown('accept_prediction')}</Kbd> : null} onClick={(event) => { bench.accept(prediction); event.currentTarget.blur(); }} data-testid="accept-prediction">{t('labeling.accept_prediction')}</Button>}
        </Group>
      </div>
    );
  });
}
