// What a conflict is about, in words.
import { useTranslation } from 'react-i18next';
import type { MergeConflict } from '../../../api/types';

const KNOWN = ['sample', 'label', 'class', 'shape', 'split', 'attribute', 'field', 'metadata'];

export function usePartText(): (conflict: MergeConflict) => string {
  const { t } = useTranslation();
  return ({ part, layer, item_id: item }) => {
    const [kind = '', ...name] = part.split(' ');
    const what = KNOWN.includes(kind) ? t(`versioning.part_${kind}`, { name: name.join(' ') }) : part;
    return [what, layer, item].filter(Boolean).join(' · ');
  };
}
