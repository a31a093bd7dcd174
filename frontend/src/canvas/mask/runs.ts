// Masks as runs, row by row within their rectangle, and as one byte per pixel while they are worked on. Pure.
import type { Rect } from '../geometry';
import type { MaskShape } from '../shapes/shape';

/** One byte per pixel of the rectangle, 1 for on; the rectangle in whole source pixels. */
export interface Raster extends Rect {
  bits: Uint8Array;
}

export const emptyRaster = ({ x, y, width, height }: Rect): Raster => ({ x, y, width, height, bits: new Uint8Array(width * height) });

/** Calls `use` for every piece of a run that is on and lies in one row: from `start` up to `end`, counted within the rectangle. */
export function eachSpan(mask: Pick<MaskShape, 'width' | 'counts'>, use: (row: number, start: number, end: number) => void): void {
  let at = 0;
  mask.counts.forEach((count, index) => {
    const end = at + count;
    if (index % 2 === 0) at = end;
    while (at < end) {
      const row = Math.floor(at / mask.width);
      const stop = Math.min(end, (row + 1) * mask.width);
      use(row, at - row * mask.width, stop - row * mask.width);
      at = stop;
    }
  });
}

export function decode(mask: MaskShape): Raster {
  const raster = emptyRaster(mask);
  eachSpan(mask, (row, start, end) => raster.bits.fill(1, row * mask.width + start, row * mask.width + end));
  return raster;
}

/** The runs of a raster within the least rectangle that holds it; null where nothing is on. */
export function encode(raster: Raster): MaskShape | null {
  const rect = touched(raster);
  if (!rect) return null;
  const counts: number[] = [];
  let value = 0;
  let length = 0;
  for (let y = 0; y < rect.height; y += 1) {
    const from = (rect.y + y - raster.y) * raster.width + rect.x - raster.x;
    for (let x = 0; x < rect.width; x += 1) {
      const bit = raster.bits[from + x] ?? 0;
      if (bit !== value) {
        counts.push(length);
        value = bit;
        length = 0;
      }
      length += 1;
    }
  }
  counts.push(length);
  return { kind: 'mask', ...rect, counts };
}

/** The least rectangle around what is on. */
function touched(raster: Raster): Rect | null {
  let left = raster.width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < raster.height; y += 1) {
    const row = raster.bits.subarray(y * raster.width, (y + 1) * raster.width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    left = Math.min(left, first);
    right = Math.max(right, row.lastIndexOf(1));
    if (top < 0) top = y;
    bottom = y;
  }
  return right < 0 ? null : { x: raster.x + left, y: raster.y + top, width: right - left + 1, height: bottom - top + 1 };
}

/** `mask` with the pixels of `change` switched on, or off where `erase`; null where nothing is left. */
export function combined(mask: MaskShape | null, change: Raster, erase: boolean): MaskShape | null {
  if (!mask) return erase ? null : encode(change);
  const x = Math.min(mask.x, change.x);
  const y = Math.min(mask.y, change.y);
  const right = Math.max(mask.x + mask.width, change.x + change.width);
  const bottom = Math.max(mask.y + mask.height, change.y + change.height);
  const whole = emptyRaster(erase ? mask : { x, y, width: right - x, height: bottom - y });
  eachSpan(mask, (row, start, end) => {
    const from = (mask.y + row - whole.y) * whole.width + mask.x - whole.x;
    whole.bits.fill(1, from + start, from + end);
  });
  for (let row = Math.max(0, whole.y - change.y); row < change.height && change.y + row < whole.y + whole.height; row += 1) {
    const to = (change.y + row - whole.y) * whole.width + change.x - whole.x;
    const last = Math.min(change.width, whole.x + whole.width - change.x);
    for (let column = Math.max(0, whole.x - change.x); column < last; column += 1) {
      if (change.bits[row * change.width + column]) whole.bits[to + column] = erase ? 0 : 1;
    }
  }
  return encode(whole);
}

/** How many pixels are on. */
export const pixelCount = (counts: readonly number[]): number => counts.reduce((sum, count, index) => (index % 2 === 1 ? sum + count : sum), 0);

/** Whether the pixel that a place lies in is on. */
export function isOn(mask: MaskShape, x: number, y: number): boolean {
  const column = Math.floor(x) - mask.x;
  const row = Math.floor(y) - mask.y;
  if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return false;
  let left = row * mask.width + column;
  for (let index = 0; index < mask.counts.length; index += 1) {
    left -= mask.counts[index] ?? 0;
    if (left < 0) return index % 2 === 1;
  }
  return false;
}
