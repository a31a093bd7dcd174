// What a page says when there is nothing yet, and the one thing to do about it.
import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function EmptyState({ icon, title, detail, children }: { icon: ReactNode; title: string; detail?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap={10} py={64} px="md" data-testid="empty-state">
      <ThemeIcon size={56} radius="xl" variant="light" mb={6}>{icon}</ThemeIcon>
      <Title order={2} fz="h3" ta="center">{title}</Title>
      {detail ? <Text c="dimmed" ta="center" maw={440} size="sm">{detail}</Text> : null}
      {children ? <div style={{ marginTop: 10 }}>{children}</div> : null}
    </Stack>
  );
}
