// A moment, told as people tell it, with the exact time on hover.
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { tellWhen } from './tell_when';

export function When({ at, size = 'sm' }: { at: string; size?: string }) {
  const { i18n } = useTranslation();
  return (
    <Text component="time" dateTime={at} size={size} c="dimmed" title={new Date(at).toLocaleString(i18n.language)} style={{ whiteSpace: 'nowrap' }}>
      {tellWhen(at, i18n.language)}
    </Text>
  );
}
