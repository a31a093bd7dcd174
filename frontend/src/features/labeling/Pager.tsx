// Goes through a long list page by page.
import { ActionIcon, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pageOf, pageWith, type PageOf } from './paging';

/** Follows the selected item, until one leafs on. */
export function usePage<T extends { id: string }>(items: readonly T[], selected: string | null): PageOf<T> & { turn: (page: number) => void } {
  const [page, setPage] = useState(0);
  const [followed, setFollowed] = useState<string | null>(null);
  const standing = selected === followed ? null : pageWith(items, selected);
  if (selected !== followed && (standing !== null || selected === null)) {
    setFollowed(selected);
    if (standing !== null) setPage(standing);
  }
  return { ...pageOf(items, page), turn: setPage };
}

export function Pager({ page, pages, from, to, turn, total }: PageOf<unknown> & { turn: (page: number) => void; total: number }) {
  const { t } = useTranslation();
  if (pages === 1) return null;
  return (
    <Group justify="center" gap="xs" mt="sm" data-testid="answer-pager">
      <ActionIcon variant="subtle" color="gray" aria-label={t('labeling.page_before')} disabled={page === 0} onClick={() => turn(page - 1)}><IconChevronLeft size={16} /></ActionIcon>
      <Text size="xs" c="dimmed" className="tabular">{t('labeling.page_of', { from, to, total })}</Text>
      <ActionIcon variant="subtle" color="gray" aria-label={t('labeling.page_after')} disabled={page === pages - 1} onClick={() => turn(page + 1)}><IconChevronRight size={16} /></ActionIcon>
    </Group>
  );
}
