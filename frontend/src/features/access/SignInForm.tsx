import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '../../api/access';
import { useSignedIn } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';

export function SignInForm({ onDone, email: known = '' }: { onDone: () => void; email?: string }) {
  const { t } = useTranslation();
  const signedIn = useSignedIn();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const action = useAction(async () => {
    signedIn(await signIn({ email, password }));
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t('shared.email')} type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} data-testid="signin-email" data-autofocus={known ? undefined : true} />
        <PasswordInput label={t('access.password')} autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.currentTarget.value)} data-testid="signin-password" data-autofocus={known ? true : undefined} />
        <ErrorNotice error={action.error} />
        <Button type="submit" size="md" loading={action.busy} data-testid="signin-submit">{t('access.sign_in')}</Button>
      </Stack>
    </form>
  );
}
