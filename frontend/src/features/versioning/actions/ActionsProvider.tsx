// Carries out what is asked through `useActions`: opens pages, asks for names and for confirmation, offers to take back.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { createBranch, createTag, deleteBranch, deleteTag, renameBranch } from '../../../api/versioning';
import type { Ref } from '../../../api/types';
import { useWorkspace } from '../../../app/session';
import { ConfirmModal } from '../../../shared/ConfirmModal';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { useUndoable } from '../../../shared/undoable';
import { useAction } from '../../../shared/useAction';
import { useReturnFocus } from '../../../shared/useReturnFocus';
import { ActionsContext, type Actions, type RefKind } from './actions_context';
import { MergeModal, RevertModal } from './BranchModal';

type Asked =
  | { what: 'create'; kind: RefKind; at: string }
  | { what: 'rename'; branch: Ref }
  | { what: 'remove'; kind: RefKind; ref: Ref }
  | { what: 'merge'; from: string }
  | { what: 'revert'; commit: string };

interface Props {
  dataset: string;
  /** Puts these into the address; null takes one away. */
  show: (parameters: Record<string, string | null>) => void;
  children: ReactNode;
}

export function ActionsProvider({ dataset, show, children }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const actions = useMemo<Actions>(() => ({
    compare: (a, b) => show({ a, b, commit: null }),
    merge: (from, into) => (into ? show({ merge: from, into, commit: null }) : setAsked({ what: 'merge', from })),
    revert: (commit) => setAsked({ what: 'revert', commit }),
    create: (kind, at) => setAsked({ what: 'create', kind, at }),
    rename: (branch) => setAsked({ what: 'rename', branch }),
    remove: (kind, ref) => setAsked({ what: 'remove', kind, ref }),
  }), [show]);
  const close = () => setAsked(null);
  return (
    <ActionsContext value={actions}>
      {children}
      {asked?.what === 'create' ? <CreateModal dataset={dataset} kind={asked.kind} at={asked.at} onClose={close} /> : null}
      {asked?.what === 'rename' ? <RenameModal dataset={dataset} branch={asked.branch} onClose={close} /> : null}
      {asked?.what === 'remove' ? <RemoveModal dataset={dataset} kind={asked.kind} target={asked.ref} onClose={close} /> : null}
      {asked?.what === 'merge' ? <MergeModal dataset={dataset} from={asked.from} onClose={close} onGo={(into) => show({ merge: asked.from, into, commit: null })} /> : null}
      {asked?.what === 'revert' ? <RevertModal dataset={dataset} commit={asked.commit} onClose={close} onGo={(branch) => show({ revert: asked.commit, on: branch, commit: null })} /> : null}
    </ActionsContext>
  );
}

/** Asks for everything of a dataset's history again. */
function useRefresh(dataset: string) {
  const queries = useQueryClient();
  const workspace = useWorkspace();
  return () => Promise.all(['refs', 'commits', 'commit'].map((key) => queries.invalidateQueries({ queryKey: [key, workspace.slug, dataset] })));
}

function CreateModal({ dataset, kind, at, onClose }: { dataset: string; kind: RefKind; at: string; onClose: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const refresh = useRefresh(dataset);
  const undoable = useUndoable();
  const create = async (name: string) => {
    const made = kind === 'tag' ? await createTag(workspace.slug, dataset, { name, at }) : await createBranch(workspace.slug, dataset, { name, from: at });
    await refresh();
    const undo = () => (kind === 'tag' ? deleteTag(workspace.slug, dataset, name) : deleteBranch(workspace.slug, dataset, name, made.commit));
    undoable({ done: t(`versioning.${kind}_made`, { name }), undone: t(`versioning.${kind}_removed`, { name }), undo });
  };
  return <NameModal title={t(kind === 'tag' ? 'versioning.tag_here' : 'versioning.branch_here')} label={t(kind === 'tag' ? 'versioning.tag_name' : 'versioning.branch_name')} confirm={t('shared.create')} at={at} onName={create} onClose={onClose} />;
}

function RenameModal({ dataset, branch, onClose }: { dataset: string; branch: Ref; onClose: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const refresh = useRefresh(dataset);
  const undoable = useUndoable();
  const rename = async (name: string) => {
    await renameBranch(workspace.slug, dataset, branch.name, name);
    await refresh();
    undoable({ done: t('versioning.branch_renamed', { name }), undone: t('versioning.branch_renamed', { name: branch.name }), undo: () => renameBranch(workspace.slug, dataset, name, branch.name) });
  };
  return <NameModal title={t('versioning.rename_named', { name: branch.name })} label={t('versioning.branch_name')} confirm={t('versioning.rename')} value={branch.name} onName={rename} onClose={onClose} />;
}

interface NameProps {
  title: string;
  label: string;
  confirm: string;
  /** The version that gets the name. */
  at?: string;
  value?: string;
  onName: (name: string) => Promise<unknown>;
  onClose: () => void;
}

function NameModal({ title, label, confirm, at, value = '', onName, onClose }: NameProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [name, setName] = useState(value);
  const action = useAction(() => onName(name.trim()));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await action.run()) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {at ? <Text size="sm" c="dimmed">{t('versioning.at_version')} <span className="mono">{/^[0-9a-f]{64}$/.test(at) ? at.slice(0, 10) : at}</span></Text> : null}
          <TextInput label={label} description={t('versioning.name_rule')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus data-testid="ref-name" />
          <ErrorNotice error={action.error} />
          <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t('shared.cancel')}</Button><Button type="submit" loading={action.busy} disabled={name.trim() === '' || name === value} data-testid="ref-submit">{confirm}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}

function RemoveModal({ dataset, kind, target, onClose }: { dataset: string; kind: RefKind; target: Ref; onClose: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  const workspace = useWorkspace();
  const refresh = useRefresh(dataset);
  const undoable = useUndoable();
  const { name, commit } = target;
  const remove = async () => {
    await (kind === 'tag' ? deleteTag(workspace.slug, dataset, name) : deleteBranch(workspace.slug, dataset, name, commit));
    await refresh();
    const undo = () => (kind === 'tag' ? createTag(workspace.slug, dataset, { name, at: commit }) : createBranch(workspace.slug, dataset, { name, from: commit }));
    undoable({ done: t(`versioning.${kind}_removed`, { name }), undone: t(`versioning.${kind}_made`, { name }), undo });
  };
  return <ConfirmModal opened onClose={onClose} danger title={t(`versioning.delete_${kind}`, { name })} detail={t('versioning.delete_detail', { commit: commit.slice(0, 10) })} confirm={t('versioning.delete')} onConfirm={remove} />;
}
