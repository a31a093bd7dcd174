import { Autocomplete, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { commitProject } from '../../api/labeling';
import type { Project } from '../../api/types';
import { listRefs } from '../../api/versioning';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useJob } from '../../app/jobs/useJob';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';

export function CommitModal({ project, opened, onClose }: { project: Project; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return <Modal opened={opened} onClose={onClose} title={t('labeling.commit')}><Commit project={project} /></Modal>;
}

function Commit({ project }: { project: Project }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const refs = useQuery({ queryKey: ['refs', workspace.slug, project.dataset], queryFn: () => listRefs(workspace.slug, project.dataset) });
  const [branch, setBranch] = useState('main');
  const [message, setMessage] = useState(t('labeling.commit_default', { project: project.name }));
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id, () => {
    for (const key of ['dataset', 'samples', 'refs', 'commits', 'statistics']) void queries.invalidateQueries({ queryKey: [key, workspace.slug, project.dataset] });
  });
  const start = useAction(async () => setId((await commitProject(workspace.slug, project.id, { branch, message })).id));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void start.run();
  };
  if (job) {
    return (
      <Stack data-testid="commit-job" data-state={job.state}>
        <JobProgress job={job} />
        {job.state === 'succeeded' ? <Group justify="flex-end"><Button component={Link} to={`${workspace.path(`datasets/${encodeURIComponent(project.dataset)}/history`)}?ref=${encodeURIComponent(branch)}`} data-testid="see-history">{t('labeling.see_history')}</Button></Group> : null}
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm" c="dimmed">{t('labeling.commit_detail')}</Text>
        <Autocomplete label={t('labeling.commit_branch')} required data={refs.data?.branches.map((ref) => ref.name) ?? []} value={branch} onChange={setBranch} data-testid="commit-branch" />
        <TextInput label={t('labeling.commit_message')} required value={message} onChange={(event) => setMessage(event.currentTarget.value)} data-testid="commit-message" />
        <ErrorNotice error={start.error} />
        <Group justify="flex-end"><Button type="submit" loading={start.busy} data-testid="commit-start">{t('labeling.commit')}</Button></Group>
      </Stack>
    </form>
  );
}
