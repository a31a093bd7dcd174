// The draft in hand: what has been typed since it was loaded, and storing it. It outlives going to another page of the app and back.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { saveDraft } from '../../api/standards';
import type { Standard, StandardContent } from '../../api/types';
import { useWorkspace } from '../../app/session';

interface Edit {
  content: StandardContent;
  /** Of the draft that it began with: whatever is stored over a newer one is refused. */
  revision: number;
}

const kept = new Map<string, Edit>();

export function useDraft(standard: Standard) {
  const { slug } = useWorkspace();
  const queries = useQueryClient();
  const place = `${slug}/${standard.id}`;
  const [edit, setEdit] = useState<Edit | null>(() => kept.get(place) ?? null);
  useEffect(() => {
    if (edit) kept.set(place, edit);
    else kept.delete(place);
    if (!edit) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [edit, place]);
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['standard', slug, standard.id] });
    await queries.invalidateQueries({ queryKey: ['standards', slug] });
  };
  const change = (content: StandardContent) => setEdit((before) => ({ content, revision: before?.revision ?? standard.draft_revision }));
  const store = async () => {
    if (!edit) return;
    const stored = await saveDraft(slug, standard.id, edit.revision, edit.content);
    // Also where the page was left meanwhile.
    if (kept.get(place)?.content === edit.content) kept.delete(place);
    await refresh();
    // What was typed meanwhile stays, and goes on from what was stored.
    setEdit((now) => (now === null || now.content === edit.content ? null : { ...now, revision: stored.draft_revision }));
  };
  return { content: edit?.content ?? standard.draft, edited: edit !== null, change, store, refresh, discard: () => setEdit(null) };
}
