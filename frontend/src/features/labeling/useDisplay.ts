// How the picture and its regions are shown. Kept from task to task, for this tab of the browser.
import { useState } from 'react';

export interface Display {
  /** Of surfaces, 0 to 1. */
  opacity: number;
  /** Of the picture, 1 as it is. */
  brightness: number;
  contrast: number;
  /** The brush's diameter in source pixels. */
  brush: number;
}

export const PLAIN_DISPLAY: Display = { opacity: 0.2, brightness: 1, contrast: 1, brush: 24 };
const PLACE = 'strata.display';
const LEAST_BRUSH = 1;
const MOST_BRUSH = 1000;

/** A brush one step larger or smaller: by a fifth, and by one pixel at least. */
export function brushStep(diameter: number, by: 1 | -1): number {
  const step = Math.max(1, Math.round(diameter / 5));
  return Math.min(MOST_BRUSH, Math.max(LEAST_BRUSH, diameter + by * step));
}

function remembered(): Display {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(PLACE) ?? '{}');
    return { ...PLAIN_DISPLAY, ...(typeof kept === 'object' ? kept : {}) };
  } catch {
    return PLAIN_DISPLAY;
  }
}

export function useDisplay(): [Display, (change: Partial<Display>) => void] {
  const [display, setDisplay] = useState(remembered);
  const change = (part: Partial<Display>) => {
    const next = { ...display, ...part };
    setDisplay(next);
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(next));
    } catch {
      // Without storage it holds for this task.
    }
  };
  return [display, change];
}
