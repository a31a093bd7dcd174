// The handle by which a row is put elsewhere in its list.
import { ActionIcon } from '@mantine/core';
import { IconGripVertical } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { useReorder } from './useReorder';
import styles from './standards.module.css';

export function MoveHandle({ name, handle }: { name: string; handle: ReturnType<ReturnType<typeof useReorder>['handle']> }) {
  const { t } = useTranslation();
  const label = t('standards.move', { name });
  return <ActionIcon {...handle} variant="subtle" color="gray" size={26} className={styles.handle} aria-label={label} title={label}><IconGripVertical size={15} aria-hidden /></ActionIcon>;
}
