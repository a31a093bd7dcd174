import { describe, expect, it } from 'vitest';
import { lineLength } from '../shapes/points';
import type { MaskShape, PathSink } from '../shapes/shape';
import { contourRings, traceContour } from './contour';
import { outlineRaster, strokeRaster } from './raster';
import { combined, decode, encode, isOn, pixelCount } from './runs';

const picture = { width: 100, height: 80 };
/** A ring of 3 by 3 pixels with a hole in the middle. */
const ring: MaskShape = { kind: 'mask', x: 4, y: 5, width: 3, height: 3, counts: [0, 4, 1, 4] };

describe('runs', () => {
  it('begin with what is off and go row by row', () => {
    expect([...decode(ring).bits]).toEqual([1, 1, 1, 1, 0, 1, 1, 1, 1]);
    expect(encode(decode(ring))).toEqual(ring);
  });
  it('lie within the least rectangle', () => {
    const raster = { x: 10, y: 20, width: 4, height: 3, bits: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0]) };
    expect(encode(raster)).toEqual({ kind: 'mask', x: 11, y: 21, width: 3, height: 2, counts: [1, 3, 2] });
    expect(encode({ ...raster, bits: new Uint8Array(12) })).toBeNull();
  });
  it('sum up to the rectangle', () => {
    const made = encode(strokeRaster([{ x: 3, y: 4 }, { x: 60, y: 33 }], 9, picture));
    expect(made?.counts.reduce((sum, count) => sum + count, 0)).toBe((made?.width ?? 0) * (made?.height ?? 0));
  });
  it('know their pixels', () => {
    expect(pixelCount(ring.counts)).toBe(8);
    expect([isOn(ring, 4.9, 5.1), isOn(ring, 5.5, 6.5), isOn(ring, 3.9, 5), isOn(ring, 7, 7)]).toEqual([true, false, false, false]);
  });
  it('are added to and taken from', () => {
    const middle = { x: 5, y: 6, width: 1, height: 1, bits: Uint8Array.of(1) };
    const filled = combined(ring, middle, false);
    expect(filled).toEqual({ ...ring, counts: [0, 9] });
    expect(filled && combined(filled, middle, true)).toEqual(ring);
    const beside = { x: 7, y: 5, width: 2, height: 1, bits: Uint8Array.of(1, 1) };
    expect(combined(ring, beside, false)).toEqual({ kind: 'mask', x: 4, y: 5, width: 5, height: 3, counts: [0, 6, 1, 1, 2, 3, 2] });
    expect(combined(ring, { x: 0, y: 0, width: 20, height: 20, bits: new Uint8Array(400).fill(1) }, true)).toBeNull();
    expect(combined(null, middle, false)).toEqual({ kind: 'mask', x: 5, y: 6, width: 1, height: 1, counts: [0, 1] });
    expect(combined(null, middle, true)).toBeNull();
  });
});

describe('painting', () => {
  it('takes the pixels whose middle lies under the brush', () => {
    expect(encode(strokeRaster([{ x: 10.5, y: 10.5 }], 3, picture))).toEqual({ kind: 'mask', x: 9, y: 9, width: 3, height: 3, counts: [0, 9] });
    expect(encode(strokeRaster([{ x: 10.9, y: 10.1 }], 1, picture))).toEqual({ kind: 'mask', x: 10, y: 10, width: 1, height: 1, counts: [0, 1] });
  });
  it('leaves no gaps in a quick stroke, and stays on the picture', () => {
    const line = encode(strokeRaster([{ x: -5, y: 2.5 }, { x: 120, y: 2.5 }], 1, picture));
    expect(line).toEqual({ kind: 'mask', x: 0, y: 2, width: 100, height: 1, counts: [0, 100] });
  });
  it('fills an outline', () => {
    const square = [{ x: 2, y: 3 }, { x: 6, y: 3 }, { x: 6, y: 5 }, { x: 2, y: 5 }];
    expect(encode(outlineRaster(square, picture))).toEqual({ kind: 'mask', x: 2, y: 3, width: 4, height: 2, counts: [0, 8] });
    const inner = [...square].reverse().map(({ x, y }) => ({ x: (x - 4) / 2 + 4, y: (y - 4) / 2 + 4 }));
    // Wound around both ways it has a hole.
    expect(pixelCount(encode(outlineRaster([...square, square[0] ?? { x: 2, y: 3 }, ...inner.map((each) => ({ ...each })), inner[0] ?? { x: 0, y: 0 }], picture))?.counts ?? [])).toBeLessThan(8);
  });
});

describe('contours', () => {
  it('have every side between on and off once', () => {
    const lengths = contourRings(ring).map((corners) => lineLength(Array.from({ length: corners.length / 2 }, (_, i) => [corners[2 * i] ?? 0, corners[2 * i + 1] ?? 0]), true));
    expect(lengths.sort()).toEqual([12, 4]);
  });
  it('have corners only where they turn, and where they begin', () => {
    // Row after row: on, off, on.
    const columns = contourRings({ width: 3, height: 4, counts: [0, 1, 1, 2, 1, 2, 1, 2, 1, 1] });
    expect(columns).toHaveLength(2);
    for (const corners of columns) expect(corners.length / 2).toBeLessThanOrEqual(5);
  });
  it('are traced at the place of the mask', () => {
    const drawn: string[] = [];
    const sink: PathSink = { moveTo: (x, y) => drawn.push(`M${x},${y}`), lineTo: (x, y) => drawn.push(`L${x},${y}`), closePath: () => drawn.push('Z'), ellipse: () => undefined };
    traceContour({ kind: 'mask', x: 5, y: 6, width: 1, height: 1, counts: [0, 1] }, sink);
    expect(drawn).toEqual(['M5,7', 'L5,6', 'L6,6', 'L6,7', 'Z']);
  });
});
