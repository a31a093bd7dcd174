// One's own keys: every action with its chords, a new chord by pressing it, and the way back.
import { Alert, Button, Group, Kbd, Paper, Stack, Text, Title } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shownChord } from './chords';
import { objectionTo, withChord, withStandard } from './key_choices';
import type { Action, Binding } from './keymap';
import { useChordPress } from './useChordPress';
import { useKeyChoices } from './useKeyChoices';
import styles from './keys.module.css';

const GROUPS = ['answer', 'move', 'shape', 'text', 'view', 'review'] as const;

export function KeySettings() {
  const { t } = useTranslation();
  const { bindings, choices, choose } = useKeyChoices();
  const changed = Object.keys(choices).length;
  return (
    <Stack maw={760} gap="lg">
      <Group justify="space-between" align="end">
        <Text size="sm" c="dimmed" maw={520}>{t('labeling.keys_detail')}</Text>
        <Button variant="default" disabled={changed === 0} onClick={() => choose({})} data-testid="keys-reset-all">{t('labeling.keys_reset_all')}</Button>
      </Group>
      {GROUPS.map((group) => (
        <Paper key={group} withBorder radius="md" p="md" component="section" aria-label={t(`labeling.group_${group}`)}>
          <Title order={2} fz="md" mb="xs">{t(`labeling.group_${group}`)}</Title>
          <ul className={styles.rows}>{bindings.filter((each) => each.group === group).map((each) => <KeyRow key={each.action} binding={each} />)}</ul>
        </Paper>
      ))}
    </Stack>
  );
}

function KeyRow({ binding: { action, chords } }: { binding: Binding }) {
  const { t } = useTranslation();
  const { choices, choose } = useKeyChoices();
  const [listening, setListening] = useState(false);
  const [pressed, setPressed] = useState<string | null>(null);
  const name = t(`labeling.key_${action}`);
  const stop = () => {
    setListening(false);
    setPressed(null);
  };
  const button = useRef<HTMLButtonElement>(null);
  const stopAndReturn = () => {
    stop();
    button.current?.focus();
  };
  const take = (chord: string) => {
    choose(withChord(choices, action, chord));
    stopAndReturn();
  };
  useChordPress(listening && !pressed, (chord) => {
    if (chord === 'Escape') return stop();
    if (objectionTo(choices, action, chord)) setPressed(chord);
    else take(chord);
  });
  return (
    <li className={styles.row} data-testid={`key-row-${action}`} data-chords={chords.join(' ')} data-changed={choices[action] !== undefined}>
      <div className={styles.line}>
        <Text size="sm" flex={1}>{name}</Text>
        <Group gap={4} aria-live="polite">{listening && !pressed ? <Text size="sm" c="dimmed">{t('labeling.keys_press')}</Text> : chords.length > 0 ? chords.map((each) => <Kbd key={each} size="sm">{shownChord(each)}</Kbd>) : <Text size="sm" c="dimmed">{t('labeling.keys_no_key')}</Text>}</Group>
        {choices[action] !== undefined ? <Button size="compact-sm" variant="subtle" onClick={() => choose(withStandard(choices, action))} aria-label={`${t('labeling.keys_reset')}: ${name}`} data-testid={`key-reset-${action}`}>{t('labeling.keys_reset')}</Button> : null}
        {action === 'cancel' ? null : <Button ref={button} size="compact-sm" variant={listening ? 'filled' : 'default'} aria-label={`${listening ? t('shared.cancel') : t('labeling.keys_set')}: ${name}`} onClick={() => (listening ? stop() : setListening(true))} onBlur={() => { if (!pressed) stop(); }} data-testid={`key-set-${action}`}>{listening ? t('shared.cancel') : t('labeling.keys_set')}</Button>}
      </div>
      {pressed ? <Warning action={action} chord={pressed} onTake={() => take(pressed)} onCancel={stopAndReturn} /> : null}
    </li>
  );
}

function Warning({ action, chord, onTake, onCancel }: { action: Action; chord: string; onTake: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const { choices } = useKeyChoices();
  const objection = objectionTo(choices, action, chord);
  if (!objection) return null;
  const shown = shownChord(chord);
  return (
    <Alert color="yellow" py={8} mt={6} role="alert" data-testid="key-warning" data-kind={objection.kind}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" flex={1}>{objection.kind === 'reserved' ? t(`labeling.keys_reserved_${objection.why}`, { chord: shown }) : t('labeling.keys_taken', { chord: shown, action: t(`labeling.key_${objection.by}`) })}</Text>
        <Group gap={6}>
          {objection.kind === 'taken' ? <Button size="compact-sm" onClick={onTake} data-testid="key-take">{t('labeling.keys_take')}</Button> : null}
          <Button size="compact-sm" variant="default" onClick={onCancel}>{t('shared.cancel')}</Button>
        </Group>
      </Group>
    </Alert>
  );
}
