// Asks before something that cannot be taken back.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from './ErrorNotice';
import { useAction } from './useAction';

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  detail: string;
  confirm: string;
  onConfirm: () => Promise<unknown>;
  /** Something is lost by it. */
  danger?: boolean;
}

export function ConfirmModal({ opened, onClose, title, detail, confirm, onConfirm, danger = false }: Props) {
  const { t } = useTranslation();
  const action = useAction(onConfirm);
  const go = async () => {
    if (await action.run()) onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack>
        <Text size="sm">{detail}</Text>
        <ErrorNotice error={action.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('shared.cancel')}</Button>
          <Button color={danger ? 'red' : undefined} onClick={() => void go()} loading={action.busy} data-autofocus data-testid="confirm">{confirm}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
