// Which branches are protected, by what, and the editor of these rules.
import { ActionIcon, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconShieldLock, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getProtection, listRefs, putProtection } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import { ConfirmModal } from '../../../shared/ConfirmModal';
import { EmptyState } from '../../../shared/EmptyState';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { PageLoading } from '../../../shared/PageLoading';
import { Panel } from '../../../shared/Panel';
import { useReturnFocus } from '../../../shared/useReturnFocus';
import { fits, readRule, type BranchRule } from './rules';
import { RuleEditor } from './RuleEditor';
import classes from './gates.module.css';

const FRESH: BranchRule = { branches: 'main', no_deletion: true, no_rewind: true, gates: [] };

/** Which rule is open: one that stands, or a fresh one at the end. */
type Open = { at: number; what: 'edit' | 'delete' } | null;

export function ProtectionPanel({ dataset }: { dataset: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>(null);
  const key = ['protection', workspace.slug, dataset];
  const query = useQuery({ queryKey: key, queryFn: () => getProtection(workspace.slug, dataset) });
  if (query.isPending) return <PageLoading />;
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  const { etag } = query.data;
  const rules = query.data.protection.rules.map(readRule);
  const save = async (next: { rules: BranchRule[] }) => {
    await putProtection(workspace.slug, dataset, { rules: next.rules.map((rule) => ({ ...rule, gates: rule.gates.map((gate) => ({ ...gate, check: { ...gate.check } })) })) }, etag);
    await Promise.all([queries.invalidateQueries({ queryKey: key }), queries.invalidateQueries({ queryKey: ['refs', workspace.slug, dataset] })]);
  };
  const put = (at: number, rule: BranchRule) => save({ rules: at < rules.length ? rules.map((each, index) => (index === at ? rule : each)) : [...rules, rule] });
  const editable = workspace.can('owner');
  const add = editable ? <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => setOpen({ at: rules.length, what: 'edit' })} data-testid="new-rule">{t('versioning.new_rule')}</Button> : null;
  return (
    <Panel flush title={t('versioning.protection')} detail={t('versioning.protection_detail')} aside={add}>
      {rules.length === 0 ? <EmptyState icon={<IconShieldLock />} title={t('versioning.rules_none')} detail={t('versioning.rules_none_detail')} /> : (
        <ul className={classes.rules}>
          {rules.map((rule, at) => <RuleLine key={rule.branches} dataset={dataset} rule={rule} onEdit={editable ? () => setOpen({ at, what: 'edit' }) : null} onDelete={editable ? () => setOpen({ at, what: 'delete' }) : null} />)}
        </ul>
      )}
      {open?.what === 'edit' ? <RuleEditor rule={rules[open.at] ?? FRESH} fresh={open.at >= rules.length} others={rules.filter((_, at) => at !== open.at)} onSave={(rule) => put(open.at, rule)} onClose={() => setOpen(null)} /> : null}
      {open?.what === 'delete' ? <DeleteRule name={rules[open.at]?.branches ?? ''} onClose={() => setOpen(null)} onDelete={() => save({ rules: rules.filter((_, at) => at !== open.at) })} /> : null}
    </Panel>
  );
}

function DeleteRule({ name, onClose, onDelete }: { name: string; onClose: () => void; onDelete: () => Promise<unknown> }) {
  const { t } = useTranslation();
  useReturnFocus();
  return <ConfirmModal opened danger onClose={onClose} title={t('versioning.delete_rule', { name })} detail={t('versioning.delete_rule_detail')} confirm={t('versioning.delete')} onConfirm={onDelete} />;
}

function RuleLine({ dataset, rule, onEdit, onDelete }: { dataset: string; rule: BranchRule; onEdit: (() => void) | null; onDelete: (() => void) | null }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const fitting = refs.data?.branches.filter((branch) => fits(rule.branches, branch.name)).length ?? 0;
  return (
    <li className={classes.rule} data-testid="rule" data-pattern={rule.branches}>
      <Stack gap={6} style={{ flex: 1, minWidth: 0 }}>
        <Group gap={8}>
          <Text fw={600} className="mono">{rule.branches}</Text>
          <Text size="xs" c="dimmed">{t('versioning.fits_branches', { count: fitting })}</Text>
        </Group>
        <Group gap={6}>
          {rule.no_deletion ? <Badge variant="light" color="gray" tt="none" radius="sm">{t('versioning.no_deletion')}</Badge> : null}
          {rule.no_rewind ? <Badge variant="light" color="gray" tt="none" radius="sm">{t('versioning.no_rewind')}</Badge> : null}
          {rule.gates.map((gate) => <Badge key={gate.name} variant="outline" tt="none" radius="sm" title={t(`versioning.check_${gate.check.kind}`)}>{gate.name}</Badge>)}
        </Group>
      </Stack>
      {onEdit ? <ActionIcon variant="subtle" color="gray" onClick={onEdit} aria-label={t('versioning.edit_rule', { name: rule.branches })} data-testid="edit-rule"><IconPencil size={16} /></ActionIcon> : null}
      {onDelete ? <ActionIcon variant="subtle" color="red" onClick={onDelete} aria-label={t('versioning.delete_rule', { name: rule.branches })}><IconTrash size={16} /></ActionIcon> : null}
    </li>
  );
}
