// The list of keys, as they are for this person.
import { Anchor, CloseButton, Group, Kbd, Modal, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useWorkspace } from '../../app/session';
import { AUDIO_KEYS } from '../../audio/keys';
import { TEXT_KEYS } from '../../text/keys';
import { shownChord } from './chords';
import type { Binding } from './keymap';
import { useKeyChoices } from './useKeyChoices';

interface Line {
  shown: readonly string[];
  text: string;
}

interface Props {
  opened: boolean;
  onClose: () => void;
  review?: boolean;
}

export function KeySheet({ opened, onClose, review = false }: Props) {
  const { t } = useTranslation();
  return <Modal opened={opened} onClose={onClose} title={t('labeling.keys')} size="xl"><Sheet review={review} /></Modal>;
}

function Sheet({ review }: { review: boolean }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { bindings } = useKeyChoices();
  const [sought, setSought] = useState('');
  const fits = ({ shown, text }: Line) => `${text} ${shown.join(' ')}`.toLowerCase().includes(sought.trim().toLowerCase());
  const own = (group: Binding['group']): Line[] =>
    bindings.filter((each) => each.group === group && each.chords.length > 0).map(({ action, chords }) => ({ shown: chords.map(shownChord), text: t(`labeling.key_${action}`) }));
  const all: { title: string; lines: Line[] }[] = [
    ...(review ? [{ title: t('labeling.group_review'), lines: own('review') }] : []),
    { title: t('labeling.group_answer'), lines: [{ shown: ['1…9', '0'], text: t('labeling.keys_classes') }, ...own('answer')] },
    { title: t('labeling.group_move'), lines: own('move') },
    { title: t('labeling.group_shape'), lines: own('shape') },
    { title: t('labeling.group_text'), lines: [...TEXT_KEYS.map(({ name, shown }) => ({ shown, text: t(`text.key_${name}`) })), ...own('text')] },
    { title: t('audio.keys'), lines: AUDIO_KEYS.map(({ name, shown }) => ({ shown, text: t(`audio.key_${name}`) })) },
    { title: t('labeling.group_view'), lines: own('view') },
  ];
  const groups = all.map(({ title, lines }) => ({ title, lines: lines.filter(fits) })).filter(({ lines }) => lines.length > 0);
  return (
    <Stack gap="lg">
      <Group gap="md" wrap="nowrap">
        <TextInput
          flex={1} value={sought} onChange={(event) => setSought(event.currentTarget.value)} placeholder={t('labeling.keys_search')} aria-label={t('labeling.keys_search')} leftSection={<IconSearch size={16} />} data-autofocus data-testid="key-search"
          rightSection={sought ? <CloseButton size="sm" onClick={() => setSought('')} aria-label={t('labeling.keys_search_clear')} /> : null}
        />
        <Anchor component={Link} to={workspace.path('settings/keys')} size="sm" data-testid="change-keys">{t('labeling.keys_change')}</Anchor>
      </Group>
      {groups.length === 0 ? <Text size="sm" c="dimmed" role="status">{t('labeling.keys_none')}</Text> : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" data-testid="key-sheet">
        {groups.map((each) => <KeyGroup key={each.title} {...each} />)}
      </SimpleGrid>
    </Stack>
  );
}

function KeyGroup({ title, lines }: { title: string; lines: readonly Line[] }) {
  return (
    <Stack gap={7}>
      <Title order={3} fz="sm">{title}</Title>
      {lines.map(({ shown, text }) => (
        <Group key={text} justify="space-between" wrap="nowrap"><Text size="sm">{text}</Text><Group gap={4} wrap="nowrap">{shown.map((key) => <Kbd key={key} size="xs">{key}</Kbd>)}</Group></Group>
      ))}
    </Stack>
  );
}
