import { useTranslation } from 'react-i18next';
import type { Role } from '../../api/types';

export const ROLES: readonly Role[] = ['owner', 'manager', 'reviewer', 'annotator', 'viewer'];

/** The roles as choices, highest first. */
export function useRoleOptions(): { value: Role; label: string }[] {
  const { t } = useTranslation();
  return ROLES.map((value) => ({ value, label: t(`access.role_${value}`) }));
}
