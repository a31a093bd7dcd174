// The outline of a recording on a canvas.
import { useLayoutEffect, useRef } from 'react';
import { peaksOf } from './peaks';
import styles from './audio.module.css';

const HEIGHT_PX = 160;

export function Waveform({ samples, width, scheme }: { samples: Float32Array; width: number; scheme: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width < 1) return;
    element.width = width;
    element.height = HEIGHT_PX;
    context.fillStyle = getComputedStyle(element).color;
    const peaks = peaksOf(samples, width);
    for (let x = 0; x < width; x += 1) {
      const top = (1 - (peaks[2 * x + 1] ?? 0)) * (HEIGHT_PX / 2);
      const bottom = (1 - (peaks[2 * x] ?? 0)) * (HEIGHT_PX / 2);
      context.fillRect(x, top, 1, Math.max(1, bottom - top));
    }
  }, [samples, width, scheme]);
  return <canvas ref={canvas} className={styles.waveform} style={{ width, height: HEIGHT_PX }} aria-hidden />;
}
