// Says what was done, and offers for a while to take it back.
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';

const SHOWN_MS = 12_000;

export interface Undoable {
  done: string;
  undone: string;
  undo: () => Promise<unknown>;
}

/** The way to say it. After taking back, everything that is shown is asked for again. */
export function useUndoable(): (what: Undoable) => void {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return ({ done, undone, undo }) => {
    const takeBack = async (id: string) => {
      notifications.hide(id);
      try {
        await undo();
        notifications.show({ message: undone, color: 'petrol' });
      } catch (cause) {
        const message = cause instanceof ApiError ? (cause.problem.detail ?? cause.problem.title) : String(cause);
        notifications.show({ title: t('shared.undo_failed'), message, color: 'red' });
      }
      await queries.invalidateQueries();
    };
    const id: string = notifications.show({
      color: 'petrol', autoClose: SHOWN_MS,
      message: <Group justify="space-between" wrap="nowrap"><Text size="sm">{done}</Text><Button size="compact-sm" variant="light" onClick={() => void takeBack(id)} data-testid="undo">{t('shared.undo')}</Button></Group>,
    });
  };
}
