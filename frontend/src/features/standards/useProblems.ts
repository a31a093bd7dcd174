// What is wrong with a draft, in the reader's language.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Standard, StandardContent } from '../../api/types';
import { check, type Problem } from './check';

export interface Told {
  path: string;
  text: string;
}

/** Problems of the draft in hand; of an untouched one those that the service found as well. */
export function useProblems(content: StandardContent, found: Standard['violations'] | null): Told[] {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const own = check(content);
    const known = new Set(own.map((each) => `${each.path} ${each.code}`));
    const tell = ({ code, values }: Pick<Problem, 'code' | 'values'>) => (i18n.exists(`standards.check_${code}`) ? t(`standards.check_${code}`, values) : code);
    const others = (found ?? []).filter((each) => !known.has(`${each.path} ${each.code}`));
    return [...own.map((each) => ({ path: each.path, text: tell(each) })), ...others.map(({ path, message }) => ({ path, text: message }))];
  }, [content, found, t, i18n]);
}
