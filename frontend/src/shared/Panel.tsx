// A quiet sheet that holds one thing.
import { Group, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Panel({ title, detail, aside, flush = false, children }: { title?: string; detail?: string; aside?: ReactNode; flush?: boolean; children: ReactNode }) {
  return (
    <Paper withBorder radius="lg" p={flush ? 0 : 'lg'} style={{ boxShadow: 'var(--s-shadow)', overflow: flush ? 'hidden' : undefined }} component="section">
      {title ? (
        <Group justify="space-between" mb="md" px={flush ? 'lg' : 0} pt={flush ? 'lg' : 0} align={detail ? 'flex-start' : 'center'}>
          <div><Title order={2} fz="h3">{title}</Title>{detail ? <Text size="sm" c="dimmed" mt={2}>{detail}</Text> : null}</div>
          {aside}
        </Group>
      ) : null}
      {children}
    </Paper>
  );
}
