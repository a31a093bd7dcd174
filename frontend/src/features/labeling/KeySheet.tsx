// The list of keys.
import { Group, Kbd, Modal, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AUDIO_KEYS } from '../../audio/keys';
import { TEXT_KEYS } from '../../text/keys';
import { BINDINGS, type Binding } from './keymap';

interface Line {
  shown: readonly string[];
  text: string;
}

export function KeySheet({ opened, onClose, review = false }: { opened: boolean; onClose: () => void; review?: boolean }) {
  const { t } = useTranslation();
  const line = (binding: Binding): Line => ({ shown: binding.shown, text: t(`labeling.key_${binding.action}`) });
  const of = (group: Binding['group']): Line[] => BINDINGS.filter((binding) => binding.group === group).map(line);
  const reviewing: Line[] = [{ shown: ['A'], text: t('labeling.key_accept') }, { shown: ['X'], text: t('labeling.key_reject') }, { shown: ['F'], text: t('labeling.key_fix') }];
  return (
    <Modal opened={opened} onClose={onClose} title={t('labeling.keys')} size="xl">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" data-testid="key-sheet">
        {review ? <KeyGroup title={t('labeling.group_review')} lines={reviewing} /> : null}
        <KeyGroup title={t('labeling.group_answer')} lines={[{ shown: ['1…9', '0'], text: t('labeling.keys_classes') }, ...of('answer')]} />
        <KeyGroup title={t('labeling.group_move')} lines={of('move')} />
        <KeyGroup title={t('labeling.group_shape')} lines={of('shape')} />
        <KeyGroup title={t('text.keys')} lines={TEXT_KEYS.map(({ name, shown }) => ({ shown, text: t(`text.key_${name}`) }))} />
        <KeyGroup title={t('audio.keys')} lines={AUDIO_KEYS.map(({ name, shown }) => ({ shown, text: t(`audio.key_${name}`) }))} />
        <KeyGroup title={t('labeling.group_view')} lines={of('view')} />
      </SimpleGrid>
    </Modal>
  );
}

function KeyGroup({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <Stack gap={7}>
      <Title order={4} fz="sm">{title}</Title>
      {lines.map(({ shown, text }) => (
        <Group key={text} justify="space-between" wrap="nowrap"><Text size="sm">{text}</Text><Group gap={4} wrap="nowrap">{shown.map((key) => <Kbd key={key} size="xs">{key}</Kbd>)}</Group></Group>
      ))}
    </Stack>
  );
}
