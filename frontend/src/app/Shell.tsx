// The frame around every page but the full-screen ones: where one is, where one can go, and what is running.
import { ActionIcon, AppShell, Avatar, Burger, Group, Menu, Modal, NavLink, Stack, Text, TextInput, Button, UnstyledButton, useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconBook2, IconBrain, IconChevronDown, IconDatabase, IconLanguage, IconListDetails, IconLogout, IconMoon, IconPlus, IconSettings, IconSun, IconTargetArrow,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { createWorkspace, signOut } from '../api/access';
import { useKeptWork, useOutbox } from '../features/labeling/kept/KeptWork';
import { ConfirmModal } from '../shared/ConfirmModal';
import { ErrorNotice } from '../shared/ErrorNotice';
import { Logo } from '../shared/Logo';
import { useAction } from '../shared/useAction';
import { setLanguage } from './i18n';
import { JobsIndicator } from './jobs/JobsIndicator';
import { ME, useSession, useWorkspace } from './session';
import classes from './Shell.module.css';

const ROOMS = [
  { path: 'datasets', label: 'shell.datasets', icon: IconDatabase },
  { path: 'standards', label: 'shell.standards', icon: IconBook2 },
  { path: 'projects', label: 'shell.projects', icon: IconTargetArrow },
  { path: 'models', label: 'shell.models', icon: IconBrain },
  { path: 'jobs', label: 'shell.jobs', icon: IconListDetails },
  { path: 'settings', label: 'shell.settings', icon: IconSettings },
] as const;

export function Shell() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const location = useLocation();
  const [opened, { toggle, close }] = useDisclosure(false);
  useEffect(() => localStorage.setItem('strata.workspace', workspace.slug), [workspace.slug]);
  return (
    <AppShell layout="alt" navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !opened } }} header={{ height: { base: 52, sm: 0 } }} padding={0}>
      <AppShell.Header hiddenFrom="sm" px="md">
        <Group h="100%">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label={t('shell.menu')} />
          <Logo />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} p="sm">
        <a href="#main" className={classes.skip}>{t('shell.skip_to_content')}</a>
        <Group px={8} py={6} mb={6} justify="space-between">
          <Logo />
          <Burger opened={opened} onClick={toggle} size="sm" hiddenFrom="sm" aria-label={t('shell.menu')} />
        </Group>
        <WorkspaceSwitcher />
        <nav className={classes.nav} aria-label={t('shell.navigation')}>
          {ROOMS.map(({ path, label, icon: Icon }) => {
            const to = workspace.path(path);
            const active = location.pathname === to || location.pathname.startsWith(`${to}/`);
            return (
              <NavLink
                key={path} component={Link} to={to} label={t(label)} leftSection={<Icon size={18} stroke={1.6} />} active={active}
                aria-current={active ? 'page' : undefined} onClick={close} className={classes.link} data-testid={`nav-${path}`}
              />
            );
          })}
        </nav>
        <Stack gap={8} mt="auto">
          <JobsIndicator />
          <Footer />
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <div className={classes.page}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

function WorkspaceSwitcher() {
  const { t } = useTranslation();
  const me = useSession();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const [creating, create] = useDisclosure(false);
  return (
    <>
      <Menu position="bottom-start" width={220} shadow="md">
        <Menu.Target>
          <UnstyledButton className={classes.switcher} data-testid="workspace-switcher">
            <span className="visually-hidden">{t('shell.switch_workspace')}</span>
            <Avatar size={26} radius="sm" color="petrol" variant="filled" name={workspace.name} aria-hidden>{workspace.name.slice(0, 1).toUpperCase()}</Avatar>
            <div className={classes.switcherText}>
              <Text size="sm" fw={600} truncate>{workspace.name}</Text>
              <Text size="xs" c="dimmed">{t(`access.role_${workspace.role}`)}</Text>
            </div>
            <IconChevronDown size={15} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {me.workspaces.map((each) => (
            <Menu.Item key={each.slug} onClick={() => void navigate(`/w/${each.slug}/datasets`)} fw={each.slug === workspace.slug ? 600 : undefined}>{each.name}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={15} />} onClick={create.open}>{t('shell.new_workspace')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={creating} onClose={create.close} title={t('shell.new_workspace')}>
        <NewWorkspace onDone={create.close} />
      </Modal>
    </>
  );
}

function NewWorkspace({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const action = useAction(async () => {
    const created = await createWorkspace({ name, slug });
    await queries.invalidateQueries({ queryKey: ME });
    onDone();
    void navigate(`/w/${created.slug}/datasets`);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t('shared.name')} value={name} required data-autofocus onChange={(event) => {
          setName(event.currentTarget.value);
          setSlug(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, ''));
        }} />
        <TextInput label={t('shell.slug')} description={t('shell.slug_hint')} value={slug} required onChange={(event) => setSlug(event.currentTarget.value)} />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Button type="submit" loading={action.busy}>{t('shared.create')}</Button></Group>
      </Stack>
    </form>
  );
}

function Footer() {
  const me = useSession();
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const work = useKeptWork();
  const { waiting, refused } = useOutbox();
  const unsent = waiting.length + refused.length;
  const [asking, ask] = useDisclosure(false);
  const leave = useAction(async () => {
    await signOut();
    // What was sent leaves no trace in this browser; what was not stays for the next sign-in.
    if (unsent === 0) await work?.store.clear(work.user);
    queries.clear();
    queries.setQueryData(ME, null);
    void navigate('/signin');
  });
  return (
    <Group gap={4} wrap="nowrap" className={classes.footer}>
      <Menu position="top-start" width={220} shadow="md">
        <Menu.Target>
          <UnstyledButton className={classes.person} data-testid="account-menu">
            <span className="visually-hidden">{t('shell.account')}</span>
            <Avatar size={26} radius="xl" name={me.user.name} color="initials" aria-hidden />
            <Text size="sm" truncate>{me.user.name}</Text>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{me.user.email}</Menu.Label>
          <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => (unsent > 0 ? ask.open() : void leave.run())} data-testid="sign-out">{t('access.sign_out')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmModal opened={asking} onClose={ask.close} title={t('labeling.unsent', { count: unsent })} detail={t('labeling.sign_out_unsent')} confirm={t('access.sign_out')} onConfirm={leave.run} danger />
      <Toggles />
    </Group>
  );
}

/** Language and colour scheme. */
export function Toggles() {
  const { t, i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = i18n.language === 'zh' ? 'en' : 'zh';
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon variant="subtle" color="gray" aria-label={other === 'zh' ? '切换到简体中文' : 'Switch to English'} title={other === 'zh' ? '简体中文' : 'English'} onClick={() => setLanguage(other)} data-testid="toggle-language">
        <IconLanguage size={18} stroke={1.6} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={scheme === 'dark' ? t('shell.light') : t('shell.dark')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')} data-testid="toggle-scheme">
        {scheme === 'dark' ? <IconSun size={18} stroke={1.6} /> : <IconMoon size={18} stroke={1.6} />}
      </ActionIcon>
    </Group>
  );
}
