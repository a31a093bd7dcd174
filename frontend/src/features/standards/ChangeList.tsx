// The changes from one content of a standard to another.
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StandardChange } from '../../api/types';
import { StateBadge } from '../../shared/StateBadge';
import { stepsOf, valueText } from './change_words';
import styles from './standards.module.css';

export function ChangeList({ changes }: { changes: readonly StandardChange[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.changes} data-testid="standard-changes">
      {changes.map((change, index) => (
        <li key={index} className={styles.changeRow}>
          <span><StateBadge state={change.kind === 'added' ? 'accepted' : change.kind === 'removed' ? 'failed' : 'in_review'} label={t(`standards.change_${change.kind}`, { defaultValue: change.kind })} /></span>
          <Text size="sm" title={change.path} style={{ overflowWrap: 'anywhere' }}>{stepsOf(change.path).map((step) => (step.part ? t(`standards.part_${step.text}`) : step.text)).join(' › ')}</Text>
          <Group gap={8} align="flex-start">
            {valueText(change.old) !== null ? <span className={styles.value} data-tone="old">{valueText(change.old)}</span> : null}
            {valueText(change.new) !== null ? <span className={styles.value} data-tone="new">{valueText(change.new)}</span> : null}
          </Group>
        </li>
      ))}
    </ul>
  );
}
