// One rule: which branches, what may not be done to them, and the gates before them.
import { ActionIcon, Button, Group, Menu, Modal, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { IconChevronDown, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { useAction } from '../../../shared/useAction';
import { useReturnFocus } from '../../../shared/useReturnFocus';
import { CheckForm } from './CheckForm';
import { CHECK_KINDS, freeName, freshCheck, wrongWith, wrongWithGate, type BranchRule, type Gate } from './rules';
import classes from './gates.module.css';

interface Props {
  rule: BranchRule;
  /** The rule does not stand yet. */
  fresh: boolean;
  others: readonly BranchRule[];
  onSave: (rule: BranchRule) => Promise<unknown>;
  onClose: () => void;
}

export function RuleEditor({ rule: standing, fresh, others, onSave, onClose }: Props) {
  const { t } = useTranslation();
  useReturnFocus();
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
    <Modal opened onClose={onClose} size="lg" title={fresh ? t('versioning.new_rule') : t('versioning.edit_rule', { name: standing.branches })}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput label={t('versioning.rule_pattern')} description={t('versioning.rule_pattern_hint')} value={rule.branches} error={wrong === 'pattern' || wrong === 'pattern_taken'} onChange={(event) => setRule({ ...rule, branches: event.currentTarget.value })} required data-autofocus data-testid="rule-pattern" />
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
          {gates.map((gate, at) => <GateFields key={at} gate={gate} gates={gates} onChange={(next) => setGates(gates.map((each, index) => (index === at ? next : each)))} onRemove={() => setGates(gates.filter((_, index) => index !== at))} />)}
          <ErrorNotice error={action.error} />
          <div className={classes.foot}>
            <Text size="sm" c="var(--s-removed)" role="status" style={{ flex: 1 }}>{wrong ? t(`versioning.wrong_${wrong}`) : null}</Text>
            <Button variant="default" onClick={onClose}>{t('shared.cancel')}</Button><Button type="submit" loading={action.busy} disabled={wrong !== null} data-testid="save-rule">{t('shared.save')}</Button>
          </div>
        </Stack>
      </form>
    </Modal>
  );
}

function GateFields({ gate, gates, onChange, onRemove }: { gate: Gate; gates: readonly Gate[]; onChange: (gate: Gate) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const wrong = wrongWithGate(gate, gates);
  const misnamed = wrong === 'gate_name' || wrong === 'gate_name_taken';
  return (
    <fieldset className={classes.gate}>
      <legend>{t(`versioning.check_${gate.check.kind}`)}</legend>
      <Stack gap="sm">
        <Group wrap="nowrap" align="flex-end">
          <TextInput style={{ flex: 1 }} label={t('versioning.gate_name')} value={gate.name} error={misnamed} data-testid="gate-name" onChange={(event) => onChange({ ...gate, name: event.currentTarget.value })} />
          <ActionIcon size="lg" variant="subtle" color="red" onClick={onRemove} aria-label={t('versioning.remove_gate', { name: gate.name })}><IconTrash size={16} /></ActionIcon>
        </Group>
        <CheckForm check={gate.check} wrong={wrong !== null && !misnamed} onChange={(check) => onChange({ ...gate, check })} />
      </Stack>
    </fieldset>
  );
}
