// The first run: makes the administrator and the first workspace.
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { setUp, setupState } from '../../api/access';
import { useSignedIn } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';
import { Gate } from './Gate';

export function SetupPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signedIn = useSignedIn();
  const queries = useQueryClient();
  const setup = useQuery({ queryKey: ['setup'], queryFn: setupState, retry: false });
  const [form, setForm] = useState({ name: '', email: '', password: '', workspace_name: '' });
  const put = (key: keyof typeof form) => (event: { currentTarget: HTMLInputElement }) => {
    const { value } = event.currentTarget;
    setForm((before) => ({ ...before, [key]: value }));
  };
  const action = useAction(async () => {
    signedIn(await setUp(form));
    void navigate('/', { replace: true });
    queries.setQueryData(['setup'], { needs_setup: false });
  });
  if (setup.data && !setup.data.needs_setup && !action.busy) return <Navigate to="/" replace />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <Gate title={t('access.setup')} lead={t('access.setup_lead')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t('access.your_name')} autoComplete="name" required value={form.name} onChange={put('name')} data-testid="setup-name" />
          <TextInput label={t('shared.email')} type="email" autoComplete="username" required value={form.email} onChange={put('email')} data-testid="setup-email" />
          <PasswordInput label={t('access.password')} description={t('access.password_hint')} autoComplete="new-password" required minLength={10} value={form.password} onChange={put('password')} data-testid="setup-password" />
          <TextInput label={t('access.workspace_name')} required value={form.workspace_name} onChange={put('workspace_name')} data-testid="setup-workspace" />
          <ErrorNotice error={action.error ?? setup.error} />
          <Button type="submit" size="md" loading={action.busy} data-testid="setup-submit">{t('access.create_account')}</Button>
        </Stack>
      </form>
    </Gate>
  );
}
