import { Badge } from '@mantine/core';

const COLORS: Record<string, string> = {
  queued: 'gray', running: 'petrol', succeeded: 'green', failed: 'red', cancelled: 'gray', generating: 'petrol', active: 'petrol', closed: 'gray',
  open: 'gray', in_review: 'yellow', accepted: 'green', skipped: 'gray', returned: 'orange', leased: 'blue', draft: 'yellow', published: 'green',
};

export function StateBadge({ state, label }: { state: string; label: string }) {
  return <Badge variant="light" color={COLORS[state] ?? 'gray'} tt="none" fw={550} radius="sm">{label}</Badge>;
}
