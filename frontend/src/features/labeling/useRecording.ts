// A recording, fetched and decoded to one low-rate channel: enough to draw it, and little even for hours.
import { useEffect, useState } from 'react';

export type LoadedRecording = { state: 'ready'; samples: Float32Array; duration: number } | { state: 'loading' | 'failed' };

const RATE_HZ = 8000;

/** `attempt` is changed to try again. */
export function useRecording(url: string, attempt: number): LoadedRecording {
  const wanted = `${attempt}/${url}`;
  const [loaded, setLoaded] = useState<{ wanted: string; recording: LoadedRecording } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const done = (recording: LoadedRecording) => {
      if (!abort.signal.aborted) setLoaded({ wanted, recording });
    };
    load(url, abort.signal).then(done, () => done({ state: 'failed' }));
    return () => abort.abort();
  }, [wanted, url]);
  return loaded?.wanted === wanted ? loaded.recording : { state: 'loading' };
}

async function load(url: string, signal: AbortSignal): Promise<LoadedRecording> {
  const answer = await fetch(url, { signal, credentials: 'same-origin' });
  if (!answer.ok) return { state: 'failed' };
  const decoded = await new OfflineAudioContext(1, 1, RATE_HZ).decodeAudioData(await answer.arrayBuffer());
  return { state: 'ready', samples: decoded.getChannelData(0), duration: decoded.duration };
}
