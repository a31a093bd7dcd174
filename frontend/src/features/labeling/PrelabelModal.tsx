import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { finished } from '../../api/jobs';
import { prelabelProject } from '../../api/labeling';
import { listModels } from '../../api/models';
import type { Project } from '../../api/types';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useJob } from '../../app/jobs/useJob';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';

export function PrelabelModal({ project, opened, onClose }: { project: Project; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return <Modal opened={opened} onClose={onClose} title={t('labeling.prelabel')}><Prelabel project={project} onClose={onClose} /></Modal>;
}

function Prelabel({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const models = useQuery({ queryKey: ['models', workspace.slug], queryFn: () => listModels(workspace.slug) });
  const options = (models.data?.items ?? []).flatMap((model) => [...model.versions].sort((a, b) => b.version - a.version).map((each) => ({ value: each.id, label: `${model.name} · ${t('standards.version_short', { version: each.version })}` })));
  const [picked, setPicked] = useState<string | null>(null);
  const version = picked ?? options[0]?.value ?? null;
  const [id, setId] = useState<string | null>(null);
  const job = useJob(id);
  const start = useAction(async () => {
    if (version) setId((await prelabelProject(workspace.slug, project.id, version)).id);
  });
  if (job) return <Stack><JobProgress job={job} />{finished(job) ? <Group justify="flex-end"><Button onClick={onClose}>{t('shared.close')}</Button></Group> : null}</Stack>;
  return (
    <Stack>
      <Text size="sm" c="dimmed">{t('labeling.prelabel_detail')}</Text>
      {models.data && options.length === 0
        ? <Text size="sm">{t('labeling.prelabel_none')} <Link to={workspace.path('models')}>{t('shell.models')}</Link></Text>
        : <Select label={t('labeling.model_version')} data={options} value={version} allowDeselect={false} onChange={setPicked} data-testid="prelabel-model" />}
      <ErrorNotice error={start.error ?? models.error} />
      <Group justify="flex-end"><Button disabled={!version} loading={start.busy} onClick={() => void start.run()} data-testid="prelabel-start">{t('labeling.start')}</Button></Group>
    </Stack>
  );
}
