// The edge of a mask, pixel by pixel, as lines to stroke. Pure.
import type { MaskShape, PathSink } from '../shapes/shape';
import { eachSpan } from './runs';

type Spans = number[];

/** Traces every side of a pixel that has its mask on one side only. */
export function traceContour(mask: MaskShape, sink: PathSink): void {
  const rows: Spans[] = Array.from({ length: mask.height }, () => []);
  eachSpan(mask, (row, start, end) => {
    const y = mask.y + row;
    rows[row]?.push(start, end);
    for (const column of [start, end]) {
      sink.moveTo(mask.x + column, y);
      sink.lineTo(mask.x + column, y + 1);
    }
  });
  for (let row = 0; row <= mask.height; row += 1) {
    const level = mask.y + row;
    eachDifference(rows[row - 1] ?? [], rows[row] ?? [], (start, end) => {
      sink.moveTo(mask.x + start, level);
      sink.lineTo(mask.x + end, level);
    });
  }
}

/** The stretches that one of two rows has and the other has not: between every two of their sorted ends. */
function eachDifference(above: Spans, below: Spans, each: (start: number, end: number) => void): void {
  const ends = [...above, ...below].sort((a, b) => a - b);
  for (let i = 0; i + 1 < ends.length; i += 2) {
    const start = ends[i] ?? 0;
    const end = ends[i + 1] ?? 0;
    if (end > start) each(start, end);
  }
}
