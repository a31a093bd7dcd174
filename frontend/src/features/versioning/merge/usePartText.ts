// What a conflict is about, in words.
import { useTranslation } from 'react-i18next';
import type { Item } from '../../../api/types';

const KNOWN = ['sample', 'label', 'class', 'shape', 'split', 'attribute', 'field', 'metadata'];

/** A conflict, or how one was settled: then without the label itself. */
interface Place {
  part: string;
  layer?: string | null;
  item_id?: string | null;
  base_item?: Item | null;
  ours_item?: Item | null;
  theirs_item?: Item | null;
}

export function usePartText(): (place: Place) => string {
  const { t } = useTranslation();
  return ({ part, layer, item_id: item, base_item: base, ours_item: ours, theirs_item: theirs }) => {
    const [kind = '', ...name] = part.split(' ');
    const what = KNOWN.includes(kind) ? t(`versioning.part_${kind}`, { name: name.join(' ') }) : part;
    // The id of a classification tells nobody more; its class is shown.
    const named = (base ?? ours ?? theirs)?.kind !== 'classification';
    return [what, layer, named ? item : null].filter(Boolean).join(' · ');
  };
}
