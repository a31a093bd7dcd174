// Asks for the password again over the page one was on, so that what was typed stays.
import { Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { onSessionExpired } from '../../api/client';
import { useSession } from '../../app/session';
import { SignInForm } from './SignInForm';

export function SessionExpired() {
  const { t } = useTranslation();
  const me = useSession();
  const queries = useQueryClient();
  const [expired, setExpired] = useState(false);
  useEffect(() => onSessionExpired(() => setExpired(true)), []);
  const done = () => {
    setExpired(false);
    void queries.invalidateQueries();
  };
  return (
    <Modal opened={expired} onClose={() => undefined} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} title={t('access.expired')}>
      <Stack>
        <Text size="sm" c="dimmed">{t('access.expired_detail')}</Text>
        <SignInForm email={me.user.email} onDone={done} />
      </Stack>
    </Modal>
  );
}
