// How finely shapes are stored. Pure.

/** A hundredth of a pixel: stable across zooms. */
export const toHundredth = (value: number): number => Math.round(value * 100) / 100;

/** Turned shapes are kept finer: their corners follow from these numbers, and must not leave the picture by the rounding. */
export const toTenThousandth = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Degrees from 0 up to 360, fine enough for the corner of a long shape. */
export function toAngle(degrees: number): number {
  const turned = Math.round((((degrees % 360) + 360) % 360) * 1e6) / 1e6;
  return turned === 360 ? 0 : turned;
}
