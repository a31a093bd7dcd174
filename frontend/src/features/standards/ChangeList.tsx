// The changes from one content of a standard to another.
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { StandardChange } from '../../api/types';
import { StateBadge } from '../../shared/StateBadge';
import { shortText } from '../versioning/compare/changes';
import styles from './standards.module.css';

export function ChangeList({ changes }: { changes: readonly StandardChange[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.changes} data-testid="standard-changes">
      {changes.map((change, index) => (
        <li key={index} className={styles.changeRow}>
          <span><StateBadge state={change.kind === 'added' ? 'accepted' : change.kind === 'removed' ? 'failed' : 'in_review'} label={t(`standards.change_${change.kind}`, { defaultValue: change.kind })} /></span>
          <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>{change.path}</Text>
          <Group gap={8} align="flex-start">
            {shortText(change.old) !== null ? <span className={styles.value} data-tone="old">{shortText(change.old)}</span> : null}
            {shortText(change.new) !== null ? <span className={styles.value} data-tone="new">{shortText(change.new)}</span> : null}
          </Group>
        </li>
      ))}
    </ul>
  );
}
