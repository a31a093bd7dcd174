// Which branch: for a merge, the one that gets it; for a revert, the one it is undone on.
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRefs } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { useReturnFocus } from '../../../shared/useReturnFocus';

/** Branches to choose from, without `except`. */
function useBranchNames(dataset: string, except?: string) {
  const workspace = useWorkspace();
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  return { error: refs.error, names: refs.data?.branches.map((branch) => branch.name).filter((name) => name !== except) ?? [] };
}

interface Props {
  dataset: string;
  title: string;
  detail: string;
  label: string;
  confirm: string;
  except?: string;
  onClose: () => void;
  onGo: (branch: string) => void;
}

function BranchModal({ dataset, title, detail, label, confirm, except, onClose, onGo }: Props) {
  const { t } = useTranslation();
  useReturnFocus();
  const { error, names } = useBranchNames(dataset, except);
  const [chosen, setChosen] = useState<string | null>(null);
  const branch = chosen ?? (names.includes('main') ? 'main' : (names[0] ?? null));
  const go = () => {
    if (!branch) return;
    onClose();
    onGo(branch);
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        <Text size="sm">{detail}</Text>
        <ErrorNotice error={error} />
        <Select label={label} data={names} value={branch} onChange={setChosen} allowDeselect={false} searchable={names.length > 8} data-testid="branch-select" />
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t('shared.cancel')}</Button><Button onClick={go} disabled={!branch} data-autofocus data-testid="branch-go">{confirm}</Button></Group>
      </Stack>
    </Modal>
  );
}

export function MergeModal({ dataset, from, onClose, onGo }: { dataset: string; from: string; onClose: () => void; onGo: (into: string) => void }) {
  const { t } = useTranslation();
  const name = /^[0-9a-f]{64}$/.test(from) ? from.slice(0, 10) : from;
  return <BranchModal dataset={dataset} except={from} title={t('versioning.merge_named', { name })} detail={t('versioning.merge_modal_detail')} label={t('versioning.into_branch')} confirm={t('versioning.preview_merge')} onClose={onClose} onGo={onGo} />;
}

export function RevertModal({ dataset, commit, onClose, onGo }: { dataset: string; commit: string; onClose: () => void; onGo: (branch: string) => void }) {
  const { t } = useTranslation();
  return <BranchModal dataset={dataset} title={t('versioning.revert_named', { name: commit.slice(0, 10) })} detail={t('versioning.revert_modal_detail')} label={t('versioning.on_branch')} confirm={t('versioning.preview_revert')} onClose={onClose} onGo={onGo} />;
}
