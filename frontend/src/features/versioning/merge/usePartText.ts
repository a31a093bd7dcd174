// What a conflict is about, in words.
import { useTranslation } from 'react-i18next';
import type { MergeConflict } from '../../../api/types';

const KNOWN = ['sample', 'label', 'class', 'shape', 'split', 'attribute', 'field', 'metadata'];

export function usePartText(): (conflict: MergeConflict) => string {
  const { t } = useTranslation();
  return ({ part, layer, item_id: item, base_item: base, ours_item: ours, theirs_item: theirs }) => {
    const [kind = '', ...name] = part.split(' ');
    const what = KNOWN.includes(kind) ? t(`versioning.part_${kind}`, { name: name.join(' ') }) : part;
    // The id of a classification tells nobody more; its class is shown.
    const named = (base ?? ours ?? theirs)?.kind !== 'classification';
    return [what, layer, named ? item : null].filter(Boolean).join(' · ');
  };
}
