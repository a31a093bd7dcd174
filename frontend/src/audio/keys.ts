// What a key means over a recording. Pure.
import type { MarkInput } from './marking';

const STEP_SECONDS = 0.1;
const LEAP_SECONDS = 1;

/** For the list of keys; the names are translation keys' last parts. */
export const AUDIO_KEYS: readonly { name: string; shown: readonly string[] }[] = [
  { name: 'play', shown: ['Space'] },
  { name: 'step', shown: ['Alt+← →'] },
  { name: 'leap', shown: ['← →'] },
  { name: 'select', shown: ['Shift+← →'] },
  { name: 'make', shown: ['Enter', '1…9'] },
  { name: 'end', shown: ['Shift+← →'] },
  { name: 'start', shown: ['Alt+Shift+← →'] },
];

/** `holding` while an interval is selected: Shift and an arrow then move its ends. Null for what is not the recording's. */
export function readAudioKey({ key, ctrl, shift, alt }: { key: string; ctrl: boolean; shift: boolean; alt: boolean }, holding: boolean): MarkInput | { kind: 'toggle' } | null {
  if (ctrl) return null;
  if (key === ' ' && !shift && !alt) return { kind: 'toggle' };
  if (key === 'Enter' && !shift && !alt) return { kind: 'confirm' };
  if (key === 'Escape') return { kind: 'collapse' };
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return null;
  const way = key === 'ArrowRight' ? 1 : -1;
  if (shift && holding) return { kind: 'adjust', edge: alt ? 'start' : 'end', by: way * STEP_SECONDS };
  return { kind: 'step', by: way * (alt || shift ? STEP_SECONDS : LEAP_SECONDS), extend: shift };
}
