// Which line under the text each span takes, so that overlapping and nested spans never share one. Pure.
import type { Range } from './words';

interface Named extends Range {
  id: string;
}

/** Short spans lie next to the text and long ones below them, as brackets would. */
export function assignLanes(spans: readonly Named[]): ReadonlyMap<string, number> {
  const lanes = new Map<string, number>();
  for (const cluster of clusters(spans)) {
    const placed: Named[][] = [];
    for (const span of cluster.toSorted((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start)) {
      let lane = placed.findIndex((row) => row.every((other) => !meets(other, span)));
      if (lane < 0) lane = placed.push([]) - 1;
      placed[lane]?.push(span);
      lanes.set(span.id, lane);
    }
  }
  return lanes;
}

/** Groups of spans that hang together by overlaps. */
function clusters(spans: readonly Named[]): Named[][] {
  const groups: Named[][] = [];
  let reach = -1;
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const group = groups.at(-1);
    if (group && span.start < reach) group.push(span);
    else groups.push([span]);
    reach = Math.max(reach, span.end);
  }
  return groups;
}

export const meets = (a: Range, b: Range): boolean => a.start < b.end && b.start < a.end;
