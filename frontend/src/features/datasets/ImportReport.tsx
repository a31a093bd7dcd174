// The lines of an import that were refused, each with its place and reason.
import { Alert, Code, Table, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listImportIssues } from '../../api/datasets';
import type { Job } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';

export function ImportReport({ job }: { job: Job }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const issues = useQuery({ queryKey: ['issues', workspace.slug, job.id], queryFn: () => listImportIssues(workspace.slug, job.id) });
  if (issues.error) return <ErrorNotice error={issues.error} onRetry={() => void issues.refetch()} />;
  if (!issues.data) return null;
  if (issues.data.items.length === 0) return job.state === 'succeeded' ? <Alert color="green" icon={<IconCircleCheck />} data-testid="import-clean">{t('datasets.refused_none')}</Alert> : null;
  return (
    <div data-testid="import-issues">
      <Text fw={600} size="sm" mb={6}>{t('datasets.refused_some', { count: issues.data.items.length })}</Text>
      <Table.ScrollContainer minWidth={420} mah={360}>
        <Table verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>{t('datasets.file')}</Table.Th><Table.Th>{t('datasets.reason')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {issues.data.items.map((issue, index) => (
              <Table.Tr key={index}><Table.Td style={{ overflowWrap: 'anywhere' }}>{issue.path}{issue.place ? <Text size="xs" c="dimmed">{issue.place}</Text> : null}</Table.Td><Table.Td>{issue.message} <Code>{issue.code}</Code></Table.Td></Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
