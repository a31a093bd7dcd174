// One standard: its draft to edit, its published versions, and the difference of any two.
import { Alert, Button, Group, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { getStandard, publishStandard, saveDraft } from '../../api/standards';
import type { Standard, StandardContent } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { ConfirmModal } from '../../shared/ConfirmModal';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { useAction } from '../../shared/useAction';
import { StandardEditor } from './StandardEditor';
import { StandardDiff, StandardVersions } from './StandardVersions';

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
  const queries = useQueryClient();
  const [edited, setEdited] = useState<StandardContent | null>(null);
  const [asking, setAsking] = useState(false);
  const content = edited ?? standard.draft;
  const editable = workspace.can('manager');
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['standard', workspace.slug, standard.id] });
    await queries.invalidateQueries({ queryKey: ['standards', workspace.slug] });
  };
  const storeDraft = async () => {
    if (!edited) return;
    await saveDraft(workspace.slug, standard.id, standard.draft_revision, edited);
    await refresh();
    setEdited(null);
  };
  const save = useAction(storeDraft);
  const publish = async () => {
    await storeDraft();
    const version = await publishStandard(workspace.slug, standard.id);
    await refresh();
    notifications.show({ message: t('standards.published', { version: version.version }), color: 'green' });
  };
  const discard = () => {
    setEdited(null);
    save.clear();
    onReload();
  };
  return (
    <>
      <PageHeader title={standard.name} up={{ to: workspace.path('standards'), label: t('standards.title') }} subtitle={content.title}>
        {editable ? (
          <>
            <Text size="sm" c="dimmed" aria-live="polite" data-testid="draft-state">{edited ? t('standards.unsaved') : t('standards.saved')}</Text>
            <Button variant="default" disabled={!edited} loading={save.busy} onClick={() => void save.run()} data-testid="save-draft">{t('shared.save')}</Button>
            <Button onClick={() => setAsking(true)} data-testid="publish-standard">{t('standards.publish')}</Button>
          </>
        ) : null}
      </PageHeader>
      {save.error ? <Group mb="md" align="center"><ErrorNotice error={save.error} /><Button variant="default" onClick={discard}>{t('standards.reload')}</Button></Group> : null}
      {standard.violations.length > 0 && !edited ? (
        <Alert color="yellow" mb="md" title={t('standards.violations')} data-testid="violations">
          {standard.violations.map((each) => <Text key={`${each.path}${each.code}`} size="sm">{each.message} <Text span className="mono" c="dimmed">{each.path}</Text></Text>)}
        </Alert>
      ) : null}
      <Tabs defaultValue="draft" keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="draft">{t('standards.draft')}</Tabs.Tab>
          <Tabs.Tab value="versions" data-testid="tab-versions">{t('standards.versions')} · {standard.versions.length}</Tabs.Tab>
          <Tabs.Tab value="compare" data-testid="tab-compare">{t('standards.compare')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="draft"><StandardEditor content={content} onChange={setEdited} editable={editable} /></Tabs.Panel>
        <Tabs.Panel value="versions"><StandardVersions standard={standard} /></Tabs.Panel>
        <Tabs.Panel value="compare"><StandardDiff standard={standard} /></Tabs.Panel>
      </Tabs>
      <ConfirmModal opened={asking} onClose={() => setAsking(false)} title={t('standards.publish')} detail={t('standards.publish_ask')} confirm={t('standards.publish')} onConfirm={publish} />
    </>
  );
}
