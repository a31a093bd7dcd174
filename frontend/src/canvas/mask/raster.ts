// From what a hand draws to pixels: strokes of a round brush, and filled outlines. A pixel belongs where its middle lies. Pure.
import { clamp, type Point, type Rect, type Size } from '../geometry';
import { segmentDistance } from '../shapes/points';
import { emptyRaster, type Raster } from './runs';

/** The whole pixels of the picture that a rectangle touches. */
function wholePixels(left: number, top: number, right: number, bottom: number, picture: Size): Rect {
  const x = clamp(Math.floor(left), 0, picture.width);
  const y = clamp(Math.floor(top), 0, picture.height);
  return { x, y, width: clamp(Math.ceil(right), x, picture.width) - x, height: clamp(Math.ceil(bottom), y, picture.height) - y };
}

/** What a round brush of a diameter paints along a line. The pixel under each place is always painted, however small the brush. */
export function strokeRaster(line: readonly Point[], diameter: number, picture: Size): Raster {
  const radius = diameter / 2;
  const xs = line.map((at) => at.x);
  const ys = line.map((at) => at.y);
  const raster = emptyRaster(wholePixels(least(xs) - radius - 1, least(ys) - radius - 1, most(xs) + radius + 1, most(ys) + radius + 1, picture));
  line.forEach((b, index) => {
    const a = line[index - 1] ?? b;
    const part = wholePixels(Math.min(a.x, b.x) - radius, Math.min(a.y, b.y) - radius, Math.max(a.x, b.x) + radius, Math.max(a.y, b.y) + radius, picture);
    for (let y = part.y; y < part.y + part.height; y += 1) {
      for (let x = part.x; x < part.x + part.width; x += 1) {
        if (segmentDistance({ x: x + 0.5, y: y + 0.5 }, a, b) <= radius) switchOn(raster, x, y);
      }
    }
    switchOn(raster, clamp(Math.floor(b.x), 0, picture.width - 1), clamp(Math.floor(b.y), 0, picture.height - 1));
  });
  return raster;
}

/** The pixels within a closed outline; where it crosses itself, what lies within an odd number of times. */
export function outlineRaster(ring: readonly Point[], picture: Size): Raster {
  const xs = ring.map((at) => at.x);
  const ys = ring.map((at) => at.y);
  const raster = emptyRaster(wholePixels(least(xs), least(ys), most(xs), most(ys), picture));
  for (let row = 0; row < raster.height; row += 1) {
    const crossings = crossingsAt(ring, raster.y + row + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const start = clamp(Math.ceil((crossings[pair] ?? 0) - 0.5) - raster.x, 0, raster.width);
      const end = clamp(Math.ceil((crossings[pair + 1] ?? 0) - 0.5) - raster.x, 0, raster.width);
      raster.bits.fill(1, row * raster.width + start, row * raster.width + end);
    }
  }
  return raster;
}

/** Where a closed outline crosses a level, from left to right. */
function crossingsAt(ring: readonly Point[], level: number): number[] {
  const found: number[] = [];
  ring.forEach((b, index) => {
    const a = ring.at(index - 1) ?? b;
    if (a.y > level !== b.y > level) found.push(a.x + ((level - a.y) / (b.y - a.y)) * (b.x - a.x));
  });
  return found.sort((one, other) => one - other);
}

function switchOn(raster: Raster, x: number, y: number): void {
  raster.bits[(y - raster.y) * raster.width + x - raster.x] = 1;
}

const least = (values: readonly number[]): number => values.reduce((low, value) => Math.min(low, value), Infinity);
const most = (values: readonly number[]): number => values.reduce((high, value) => Math.max(high, value), -Infinity);
