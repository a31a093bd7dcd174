// An answer that the service will not take: why, what it holds, and the choice between using it again and discarding it.
import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { useAction } from '../../../shared/useAction';
import type { OutboxEntry } from './local_store';
import styles from './kept.module.css';

interface Props {
  entry: OutboxEntry;
  onReopen?: (entry: OutboxEntry) => Promise<boolean>;
  onDiscard: () => Promise<void>;
}

export function RefusedAnswer({ entry, onReopen, onDiscard }: Props) {
  const { t, i18n } = useTranslation();
  const [gone, setGone] = useState(false);
  const [sure, setSure] = useState(false);
  const reopen = useAction(async () => setGone((await onReopen?.(entry)) === false));
  const { code, title } = entry.refusal ?? { code: '', title: '' };
  const items = entry.body.result.items;
  return (
    <section className={styles.refused} aria-label={entry.sample} data-testid="refused-answer" data-task={entry.task}>
      <Text size="sm" fw={600} truncate>{entry.sample}</Text>
      <Text size="sm">{i18n.exists(`error.${code}`) ? t(`error.${code}`) : title}</Text>
      <Text size="xs" c="dimmed" lineClamp={2}>{[...new Set(items.map((item) => item.class))].join(', ')} · {t('labeling.refused_items', { count: items.length })}</Text>
      {gone ? <Text size="sm" role="status" data-testid="refused-gone">{t('labeling.refused_gone')}</Text> : null}
      <ErrorNotice error={reopen.error} />
      <Group gap="xs" mt={6}>
        {onReopen ? <Button size="xs" variant="default" loading={reopen.busy} disabled={gone} onClick={() => void reopen.run()} data-testid="refused-reopen">{t('labeling.refused_reopen')}</Button> : null}
        <Button size="xs" variant={sure ? 'filled' : 'subtle'} color="red" onClick={() => (sure ? void onDiscard() : setSure(true))} onBlur={() => setSure(false)} data-testid="refused-discard">{sure ? t('labeling.refused_discard_sure') : t('labeling.refused_discard')}</Button>
      </Group>
    </section>
  );
}
