// What protects a branch: the service itself, or a rule that fits its name.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getProtection, listRefs } from '../../../api/versioning';
import { useWorkspace } from '../../../app/session';
import { fits, readRule } from './rules';

export interface Protected {
  /** Something may not be done to the branch, or a gate stands before it. */
  guarded: (branch: string) => boolean;
  /** It can neither be deleted nor have another name. */
  fixed: (branch: string) => boolean;
  /** How many gates stand before it; null while that is not known. */
  gates: (branch: string) => number | null;
}

export function useProtected(dataset: string): Protected {
  const workspace = useWorkspace();
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const protection = useQuery({ queryKey: ['protection', workspace.slug, dataset], queryFn: () => getProtection(workspace.slug, dataset) });
  return useMemo(() => {
    const kept = new Set(refs.data?.branches.filter((branch) => branch.protected).map((branch) => branch.name));
    const rules = protection.data?.protection.rules.map(readRule);
    const over = (branch: string) => rules?.filter((rule) => fits(rule.branches, branch)) ?? [];
    return {
      guarded: (branch) => kept.has(branch) || over(branch).length > 0,
      fixed: (branch) => kept.has(branch) || over(branch).some((rule) => rule.no_deletion),
      gates: (branch) => (rules ? over(branch).reduce((count, rule) => count + rule.gates.length, 0) : null),
    };
  }, [refs.data, protection.data]);
}
