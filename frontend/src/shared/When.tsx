// A moment, told as people tell it, with the exact time on hover.
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]];

export function tellWhen(at: string, language: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, size] of STEPS) if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  return format.format(0, 'second');
}

export function When({ at, size = 'sm' }: { at: string; size?: string }) {
  const { i18n } = useTranslation();
  return (
    <Text component="time" dateTime={at} size={size} c="dimmed" title={new Date(at).toLocaleString(i18n.language)} style={{ whiteSpace: 'nowrap' }}>
      {tellWhen(at, i18n.language)}
    </Text>
  );
}
