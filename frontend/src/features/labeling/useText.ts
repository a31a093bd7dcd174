// The text of a field: written into the sample, or fetched where it is a blob.
import { useEffect, useMemo, useState } from 'react';
import type { Field } from '../../api/types';
import { toDocument, type TextDocument } from '../../text/blocks';

export type LoadedText = { state: 'ready'; document: TextDocument } | { state: 'loading' | 'failed' | 'not_utf8' | 'no_text' };

const READABLE = /^(text\/|application\/(json|x-ndjson|xml)\b)/;

export const isTextField = (field: Field | undefined): boolean => field !== undefined && ('inline' in field ? typeof field.inline === 'string' : READABLE.test(field.blob.media_type));

/** `attempt` is changed to try again. */
export function useText(field: Field | undefined, url: string, attempt: number): LoadedText {
  const inline = field && 'inline' in field && typeof field.inline === 'string' ? field.inline : null;
  const wanted = inline === null && isTextField(field) ? `${attempt}/${url}` : null;
  const written = useMemo((): LoadedText | null => (inline === null ? null : { state: 'ready', document: toDocument(inline) }), [inline]);
  const [fetched, setFetched] = useState<{ wanted: string; loaded: LoadedText } | null>(null);
  useEffect(() => {
    if (wanted === null) return;
    const abort = new AbortController();
    void fetchText(url, abort.signal).then((loaded) => {
      if (!abort.signal.aborted) setFetched({ wanted, loaded });
    });
    return () => abort.abort();
  }, [wanted, url]);
  if (written) return written;
  if (wanted === null) return { state: 'no_text' };
  return fetched?.wanted === wanted ? fetched.loaded : { state: 'loading' };
}

async function fetchText(url: string, signal: AbortSignal): Promise<LoadedText> {
  let bytes: ArrayBuffer;
  try {
    const answer = await fetch(url, { signal, credentials: 'same-origin' });
    if (!answer.ok) return { state: 'failed' };
    bytes = await answer.arrayBuffer();
  } catch {
    return { state: 'failed' };
  }
  return decodeText(bytes);
}

/** A byte order mark stays: labels count it as the code point that it is. */
export function decodeText(bytes: ArrayBuffer): LoadedText {
  try {
    return { state: 'ready', document: toDocument(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return { state: 'not_utf8' };
  }
}
