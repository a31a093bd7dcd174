// A loaded picture, kept briefly so that a prefetched one stands at once.
import { useEffect, useState } from 'react';

const cache = new Map<string, Promise<HTMLImageElement>>();
const KEEP = 8;

/** Begins to load a picture; the next call for the same address shares it. */
export function loadImage(src: string): Promise<HTMLImageElement> {
  const known = cache.get(src);
  if (known) return known;
  const image = new Image();
  image.decoding = 'async';
  image.src = src;
  const loading = image.decode().then(() => image);
  cache.set(src, loading);
  loading.catch(() => cache.delete(src));
  for (const old of [...cache.keys()].slice(0, Math.max(0, cache.size - KEEP))) cache.delete(old);
  return loading;
}

export interface LoadedImage {
  image: HTMLImageElement | null;
  failed: boolean;
}

export function useImage(src: string | null): LoadedImage {
  const [loaded, setLoaded] = useState<{ src: string; image: HTMLImageElement | null; failed: boolean } | null>(null);
  useEffect(() => {
    if (!src) return;
    let current = true;
    loadImage(src).then(
      (image) => current && setLoaded({ src, image, failed: false }),
      () => current && setLoaded({ src, image: null, failed: true }),
    );
    return () => {
      current = false;
    };
  }, [src]);
  return loaded && loaded.src === src ? loaded : { image: null, failed: false };
}
