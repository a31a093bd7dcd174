// How a box is drawn, by its place in a comparison. Pure.
import { colorOf } from './colors';

/** `plain` outside comparisons; `same` where both versions have the box alike; `ghost` is an old box beneath its new one, without a name. */
export type BoxTone = 'plain' | 'same' | 'old' | 'new' | 'ghost';

export interface BoxStyle {
  stroke: string;
  strokeWidth: number;
  strokeOpacity: number;
  fillOpacity: number;
  dashes?: string;
  /** A pale line beneath, so that it stands out on any picture. */
  halo: boolean;
}

export function boxStyle(name: string, tone: BoxTone): BoxStyle {
  switch (tone) {
    case 'plain': return { stroke: colorOf(name), strokeWidth: 2, strokeOpacity: 1, fillOpacity: 0.15, halo: false };
    case 'same': return { stroke: '#8b979d', strokeWidth: 1.25, strokeOpacity: 0.75, fillOpacity: 0, halo: false };
    case 'old': case 'ghost': return { stroke: '#c2372e', strokeWidth: 2.5, strokeOpacity: 1, fillOpacity: 0.06, dashes: '6 4', halo: true };
    case 'new': return { stroke: '#15854d', strokeWidth: 2.5, strokeOpacity: 1, fillOpacity: 0.08, halo: true };
  }
}

/** Height of a name in the picture's own pixels, so that it reads the same whatever the picture's size. */
export const nameSize = ({ width, height }: { width: number; height: number }): number => Math.max(width, height) * 0.045;
