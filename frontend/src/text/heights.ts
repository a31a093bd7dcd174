// Heights of many blocks, guessed first and measured when seen, and which of them are near the view. Pure, no DOM.

/** Sums of heights in a Fenwick tree: changing one and asking for an offset both take log n steps. */
export class Heights {
  private readonly heights: Float64Array;
  private readonly sums: Float64Array;

  constructor(guesses: readonly number[]) {
    this.heights = Float64Array.from(guesses);
    this.sums = new Float64Array(guesses.length + 1);
    for (const [number, height] of guesses.entries()) this.add(number, height);
  }

  get total(): number {
    return this.offsetOf(this.heights.length);
  }

  /** The top of a block; of the one behind the last, the end. */
  offsetOf(number: number): number {
    let sum = 0;
    for (let at = number; at > 0; at -= at & -at) sum += this.sums[at] ?? 0;
    return sum;
  }

  /** Takes a measured height. True if it is another than was known. */
  measure(number: number, height: number): boolean {
    const change = height - (this.heights[number] ?? height);
    if (Math.abs(change) < 0.5) return false;
    this.heights[number] = height;
    this.add(number, change);
    return true;
  }

  /** The block that covers this place from the top. */
  at(offset: number): number {
    let number = 0;
    let left = offset;
    for (let step = 1 << Math.floor(Math.log2(Math.max(1, this.heights.length))); step > 0; step >>= 1) {
      const sum = this.sums[number + step];
      if (number + step < this.sums.length && sum !== undefined && sum <= left) {
        number += step;
        left -= sum;
      }
    }
    return Math.min(number, Math.max(0, this.heights.length - 1));
  }

  private add(number: number, change: number): void {
    for (let at = number + 1; at < this.sums.length; at += at & -at) this.sums[at] = (this.sums[at] ?? 0) + change;
  }
}

/** Blocks to lay out, and the room that those above and below them take. */
export interface NearView {
  first: number;
  /** Not included. */
  last: number;
  above: number;
  below: number;
}

export function nearView(heights: Heights, count: number, top: number, height: number, margin: number): NearView {
  const first = heights.at(Math.max(0, top - margin));
  const last = Math.min(count, heights.at(top + height + margin) + 1);
  return { first, last, above: heights.offsetOf(first), below: heights.total - heights.offsetOf(last) };
}

const WIDE = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/;

/** A guess from the number of letters; Chinese, Japanese and Korean ones are twice as wide. */
export function guessHeight(text: string, start: number, end: number, line: { width: number; height: number }): number {
  let units = end - start;
  // One letter in eight tells enough of the script.
  for (let at = start; at < end; at += 8) if (WIDE.test(text.charAt(at))) units += Math.min(8, end - at);
  return Math.max(1, Math.ceil(units / Math.max(1, line.width))) * line.height;
}
