// One standard: its draft to edit, its published versions, and the difference of any two.
import { Box, Button, Group, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { ApiError } from '../../api/client';
import { getStandard, publishStandard } from '../../api/standards';
import type { Standard } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { useAction } from '../../shared/useAction';
import { GuidelineEditor } from './GuidelineEditor';
import { LayersEditor } from './LayersEditor';
import { ProblemList } from './ProblemList';
import { PublishModal } from './PublishModal';
import { StandardDiff, StandardVersions } from './StandardVersions';
import { useDraft } from './useDraft';
import { useProblems } from './useProblems';

export default function StandardPage() {
  const workspace = useWorkspace();
  const { standard: id = '' } = useParams();
  const standard = useQuery({ queryKey: ['standard', workspace.slug, id], queryFn: () => getStandard(workspace.slug, id) });
  if (standard.isPending) return <PageLoading />;
  if (standard.error) return <ErrorNotice error={standard.error} onRetry={() => void standard.refetch()} page />;
  return <Editing key={id} standard={standard.data} onReload={() => void standard.refetch()} />;
}

function Editing({ standard, onReload }: { standard: Standard; onReload: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const draft = useDraft(standard);
  const [asking, setAsking] = useState(false);
  const { content, edited, change } = draft;
  const editable = workspace.can('manager');
  // Typing goes first; the check of thousands of classes follows.
  const problems = useProblems(useDeferredValue(content), edited ? null : standard.violations);
  const save = useAction(draft.store);
  const publish = async () => {
    const version = await publishStandard(workspace.slug, standard.id);
    await draft.refresh();
    notifications.show({ message: t('standards.published', { version: version.version }), color: 'green' });
  };
  // What is published is the stored draft, and its difference is the service's to tell: so it is stored first.
  const askPublish = async () => setAsking(await save.run());
  const discard = () => {
    draft.discard();
    save.clear();
    onReload();
  };
  return (
    <>
      <PageHeader title={standard.name} up={{ to: workspace.path('standards'), label: t('standards.title') }} subtitle={content.title}>
        {editable ? (
          <>
            <Text size="sm" c="dimmed" aria-live="polite" data-testid="draft-state">{edited ? t('standards.unsaved') : t('standards.saved')}{edited && problems.length > 0 ? ` · ${t('standards.problem_count', { count: problems.length })}` : ''}</Text>
            <Button variant="default" disabled={!edited} loading={save.busy} onClick={() => void save.run()} data-testid="save-draft">{t('shared.save')}</Button>
            <Button onClick={() => void askPublish()} data-testid="publish-standard">{t('standards.publish')}</Button>
          </>
        ) : null}
      </PageHeader>
      {save.error ? <Group mb="md" align="center"><ErrorNotice error={save.error} />{isStale(save.error) ? <Button variant="default" onClick={discard}>{t('standards.reload')}</Button> : null}</Group> : null}
      {problems.length > 0 && !edited ? <Box mb="md"><ProblemList problems={problems} /></Box> : null}
      <Tabs defaultValue="draft" keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="draft">{t('standards.layers')}</Tabs.Tab>
          <Tabs.Tab value="guideline" data-testid="tab-guideline">{t('standards.guideline')}</Tabs.Tab>
          <Tabs.Tab value="versions" data-testid="tab-versions">{t('standards.versions')} · {standard.versions.length}</Tabs.Tab>
          <Tabs.Tab value="compare" data-testid="tab-compare">{t('standards.compare')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="draft"><LayersEditor content={content} problems={problems} onChange={change} editable={editable} /></Tabs.Panel>
        <Tabs.Panel value="guideline"><GuidelineEditor text={content.guideline} error={problems.find((each) => each.path === 'guideline')?.text} editable={editable} onChange={(guideline) => change({ ...content, guideline })} /></Tabs.Panel>
        <Tabs.Panel value="versions"><StandardVersions standard={standard} /></Tabs.Panel>
        <Tabs.Panel value="compare"><StandardDiff standard={standard} /></Tabs.Panel>
      </Tabs>
      {asking ? <PublishModal standard={standard} problems={problems} onClose={() => setAsking(false)} onPublish={publish} /> : null}
    </>
  );
}

/** Whether someone else stored the draft meanwhile. */
const isStale = (error: Error): boolean => error instanceof ApiError && [409, 412].includes(error.problem.status);
