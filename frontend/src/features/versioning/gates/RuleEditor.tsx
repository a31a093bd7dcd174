// One rule: which branches, what may not be done to them, and the gates before them.
import { ActionIcon, Button, Group, Menu, Modal, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { IconChevronDown, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { useAction } from '../../../shared/useAction';
import { CheckForm } from './CheckForm';
import { CHECK_KINDS, freeName, freshCheck, wrongWith, type BranchRule, type Gate } from './rules';
import classes from './gates.module.css';

interface Props {
  rule: BranchRule;
  others: readonly BranchRule[];
  onSave: (rule: BranchRule) => Promise<unknown>;
  onClose: () => void;
}

export function RuleEditor({ rule: standing, others, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const [rule, setRule] = useState(standing);
  const gates = rule.gates;
  const action = useAction(() => onSave({ ...rule, gates: gates.map((gate) => ({ ...gate, name: gate.name.trim() })) }));
  const wrong = wrongWith(rule, others);
  const setGates = (next: Gate[]) => setRule({ ...rule, gates: next });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (wrong === null && (await action.run())) onClose();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t('versioning.rule')}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput label={t('versioning.rule_pattern')} description={t('versioning.rule_pattern_hint')} value={rule.branches} onChange={(event) => setRule({ ...rule, branches: event.currentTarget.value })} required data-autofocus data-testid="rule-pattern" />
          <Switch label={t('versioning.no_deletion')} checked={rule.no_deletion ?? false} onChange={(event) => setRule({ ...rule, no_deletion: event.currentTarget.checked })} />
          <Switch label={t('versioning.no_rewind')} description={t('versioning.no_rewind_hint')} checked={rule.no_rewind ?? false} onChange={(event) => setRule({ ...rule, no_rewind: event.currentTarget.checked })} />
          <Group justify="space-between">
            <Title order={3} fz="md">{t('versioning.gates')}</Title>
            <Menu position="bottom-end" shadow="md">
              <Menu.Target><Button variant="default" size="compact-sm" rightSection={<IconChevronDown size={14} />} data-testid="add-gate">{t('versioning.add_gate')}</Button></Menu.Target>
              <Menu.Dropdown>{CHECK_KINDS.map((kind) => <Menu.Item key={kind} data-testid={`add-${kind}`} onClick={() => setGates([...gates, { name: freeName(t(`versioning.check_${kind}`), gates), check: freshCheck(kind) }])}>{t(`versioning.check_${kind}`)}</Menu.Item>)}</Menu.Dropdown>
            </Menu>
          </Group>
          {gates.length === 0 ? <Text size="sm" c="dimmed">{t('versioning.gates_none')}</Text> : null}
          {gates.map((gate, at) => (
            <fieldset key={at} className={classes.gate}>
              <legend>{t(`versioning.check_${gate.check.kind}`)}</legend>
              <Stack gap="sm">
                <Group wrap="nowrap" align="flex-end">
                  <TextInput style={{ flex: 1 }} label={t('versioning.gate_name')} value={gate.name} data-testid="gate-name" onChange={(event) => setGates(gates.map((each, index) => (index === at ? { ...each, name: event.currentTarget.value } : each)))} />
                  <ActionIcon size="lg" variant="subtle" color="red" onClick={() => setGates(gates.filter((_, index) => index !== at))} aria-label={t('versioning.remove_gate', { name: gate.name })}><IconTrash size={16} /></ActionIcon>
                </Group>
                <CheckForm check={gate.check} onChange={(check) => setGates(gates.map((each, index) => (index === at ? { ...each, check } : each)))} />
              </Stack>
            </fieldset>
          ))}
          {wrong ? <Text size="sm" c="var(--s-removed)" role="status">{t(`versioning.wrong_${wrong}`)}</Text> : null}
          <ErrorNotice error={action.error} />
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t('shared.cancel')}</Button><Button type="submit" loading={action.busy} disabled={wrong !== null} data-testid="save-rule">{t('shared.save')}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
