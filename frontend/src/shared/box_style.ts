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

export interface Size {
  width: number;
  height: number;
}

/** Height of a name on the screen, in pixels. */
const NAME = 12;

/** Height of a name in the picture's own pixels, so that it reads the same however large the picture is shown; `shown` is nothing until it was measured. */
export function nameSize(picture: Size, shown: Size): number {
  const scale = Math.min(shown.width / picture.width, shown.height / picture.height);
  return scale > 0 ? NAME / scale : Math.max(picture.width, picture.height) * 0.045;
}
