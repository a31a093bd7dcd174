// The foot of the bench: what is still wrong, what failed, and the buttons that end a task.
import { Alert, Button, Group, Kbd, Text } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../shared/ErrorNotice';
import type { Bench } from './useBench';
import { useKeyChoices } from './useKeyChoices';
import type { Finding } from './validate';

interface Props {
  bench: Bench;
  frozen: boolean;
  busy: boolean;
  wrong: readonly Finding[];
  error: Error | null;
  onRetry?: () => void;
  onSkip: () => void;
  onSubmit: () => void;
}

export function TaskActions({ bench, frozen, busy, wrong, error, onRetry, onSkip, onSubmit }: Props) {
  const { t } = useTranslation();
  const { shown, withKey } = useKeyChoices();
  return (
    <>
      {wrong.length > 0 ? <Alert color="yellow" py={8} role="alert" data-testid="findings">{wrong.slice(0, 4).map((each, index) => <Text key={index} size="sm">{t(`labeling.rule_${each.code}`, each.values)}</Text>)}</Alert> : null}
      <ErrorNotice error={error} onRetry={onRetry} />
      <Group gap={6} wrap="nowrap">
        <Button variant="default" px={10} disabled={!bench.canUndo || frozen} onClick={() => bench.act('undo')} aria-label={t('labeling.undo')} title={withKey(t('labeling.undo'), 'undo')} data-testid="undo"><IconArrowBackUp size={17} /></Button>
        <Button variant="default" px={10} disabled={!bench.canRedo || frozen} onClick={() => bench.act('redo')} aria-label={t('labeling.redo')} title={withKey(t('labeling.redo'), 'redo')} data-testid="redo"><IconArrowForwardUp size={17} /></Button>
        <Button variant="default" flex={1} disabled={frozen} onClick={onSkip} data-testid="skip">{t('labeling.skip')}</Button>
      </Group>
      <Button size="md" disabled={frozen && !busy} loading={busy} onClick={(event) => { event.currentTarget.blur(); onSubmit(); }} rightSection={<Kbd size="xs">{shown('submit')}</Kbd>} data-testid="submit">{t('labeling.submit')}</Button>
    </>
  );
}
