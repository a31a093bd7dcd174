// Members, API tokens, one's own keys and the store of the open workspace.
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useWorkspace } from '../../app/session';
import { PageHeader } from '../../shared/PageHeader';
import { KeySettings } from '../labeling/KeySettings';
import { StoreUpkeep } from '../upkeep/StoreUpkeep';
import { Members } from './Members';
import { Tokens } from './Tokens';

export default function SettingsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { tab: wanted } = useParams();
  const tabs = ['members', 'tokens', 'keys', ...(workspace.can('owner') ? ['store'] : [])];
  // An address may name what is not there, or not there for this person.
  const tab = wanted && tabs.includes(wanted) ? wanted : 'members';
  return (
    <>
      <PageHeader title={t('access.settings')} subtitle={workspace.name} />
      <Tabs value={tab} onChange={(value) => void navigate(workspace.path(`settings/${value ?? 'members'}`))} keepMounted={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="members" data-testid="tab-members">{t('access.members')}</Tabs.Tab>
          <Tabs.Tab value="tokens" data-testid="tab-tokens">{t('access.tokens')}</Tabs.Tab>
          <Tabs.Tab value="keys" data-testid="tab-keys">{t('labeling.keys')}</Tabs.Tab>
          {workspace.can('owner') ? <Tabs.Tab value="store" data-testid="tab-store">{t('upkeep.store')}</Tabs.Tab> : null}
        </Tabs.List>
        <Tabs.Panel value="members"><Members /></Tabs.Panel>
        <Tabs.Panel value="tokens"><Tokens /></Tabs.Panel>
        <Tabs.Panel value="keys"><KeySettings /></Tabs.Panel>
        {workspace.can('owner') ? <Tabs.Panel value="store"><StoreUpkeep /></Tabs.Panel> : null}
      </Tabs>
    </>
  );
}
