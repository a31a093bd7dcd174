// What has to be mended before a standard can be published: the first few, each with where it is.
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { stepsOf } from './change_words';
import type { Told } from './useProblems';

/** More than these are only counted. */
const SHOWN = 5;

export function ProblemList({ problems }: { problems: readonly Told[] }) {
  const { t } = useTranslation();
  const where = (path: string) => stepsOf(path).map((step) => (step.part ? t(`standards.part_${step.text}`) : step.text)).join(' › ');
  return (
    <Alert color="yellow" title={t('standards.violations')} data-testid="violations">
      {problems.slice(0, SHOWN).map((each, index) => <Text key={index} size="sm" lineClamp={2} title={each.path}>{each.text} <Text span c="dimmed">{where(each.path)}</Text></Text>)}
      {problems.length > SHOWN ? <Text size="sm">{t('standards.more_problems', { count: problems.length - SHOWN })}</Text> : null}
    </Alert>
  );
}
