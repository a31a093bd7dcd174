// In the work header: how many answers have not arrived, which they are, and what became of those that were refused.
import { Button, Popover, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { When } from '../../../shared/When';
import { useKeptWork, useOutbox } from './KeptWork';
import type { OutboxEntry } from './local_store';
import { RefusedAnswer } from './RefusedAnswer';
import styles from './kept.module.css';

interface Props {
  /** Puts a refused answer back under the hand; false where its task is gone. */
  onReopen?: (entry: OutboxEntry) => Promise<boolean>;
}

export function UnsentBadge({ onReopen }: Props) {
  const { t } = useTranslation();
  const work = useKeptWork();
  const { waiting, refused, pause, lasting } = useOutbox();
  const [opened, setOpened] = useState(false);
  // An answer on its way through a good connection is no news.
  const unsent = pause === null ? 0 : waiting.length;
  if (unsent === 0 && refused.length === 0) return lasting || !work ? null : <Text size="xs" c="dimmed" data-testid="memory-only">{t('labeling.memory_only')}</Text>;
  const labels = [unsent > 0 ? t('labeling.unsent', { count: unsent }) : null, refused.length > 0 ? t('labeling.refused', { count: refused.length }) : null];
  return (
    <Popover opened={opened} onChange={setOpened} width={380} position="bottom-end" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <button type="button" className={styles.badge} data-tone={refused.length > 0 ? 'refused' : 'waiting'} data-unsent={unsent} data-refused={refused.length} data-testid="unsent-badge" onClick={() => setOpened((was) => !was)}>
          <span role="status">{labels.filter(Boolean).join(' · ')}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {unsent > 0 && pause ? (
            <>
              <Text size="sm">{t(`labeling.unsent_because_${pause}`)} {lasting ? t('labeling.unsent_safe') : t('labeling.memory_only_detail')}</Text>
              <ul className={styles.list}>
                {waiting.map((entry) => <li key={entry.key} className={styles.entry}><Text size="sm" truncate>{entry.sample}</Text><When at={new Date(entry.queued_at).toISOString()} size="xs" /></li>)}
              </ul>
              <Button size="xs" variant="default" onClick={() => void work?.outbox.flush()}>{t('labeling.send_again')}</Button>
            </>
          ) : null}
          {refused.map((entry) => <RefusedAnswer key={entry.key} entry={entry} onReopen={onReopen} onDiscard={() => work?.outbox.discard(entry.key) ?? Promise.resolve()} />)}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
