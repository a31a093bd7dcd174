import { Anchor, Group, Text, Title } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface Props {
  title: ReactNode;
  subtitle?: ReactNode;
  /** The page above this one. */
  up?: { to: string; label: string };
  children?: ReactNode;
}

export function PageHeader({ title, subtitle, up, children }: Props) {
  return (
    <Group justify="space-between" align="flex-end" mb="xl" gap="md">
      <div style={{ minWidth: 0, flex: '1 1 240px' }}>
        {up ? (
          <Group gap={3} mb={6} c="dimmed"><Anchor component={Link} to={up.to} size="sm" c="dimmed">{up.label}</Anchor><IconChevronRight size={14} aria-hidden /></Group>
        ) : null}
        <Title order={1} style={{ overflowWrap: 'anywhere' }}>{title}</Title>
        {subtitle ? <Text c="dimmed" size="sm" mt={4} component="div">{subtitle}</Text> : null}
      </div>
      {children ? <Group gap="sm">{children}</Group> : null}
    </Group>
  );
}
