import { Button, Center } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../shared/EmptyState';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Center mih="70vh">
      <EmptyState icon={<IconMapOff />} title={t('shell.not_found')} detail={t('shell.not_found_detail')}>
        <Button component={Link} to="/" variant="default">
          {t('shell.go_home')}
        </Button>
      </EmptyState>
    </Center>
  );
}
