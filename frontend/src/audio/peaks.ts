// The outline of a recording: how far it swings within each of many short stretches. Pure.

/** Pairs of lowest and highest value, from -1 to 1, one pair for each bucket. */
export function peaksOf(samples: Float32Array, buckets: number): Float32Array {
  const peaks = new Float32Array(buckets * 2);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = Math.floor((bucket * samples.length) / buckets);
    const to = Math.max(from + 1, Math.floor(((bucket + 1) * samples.length) / buckets));
    let low = 0;
    let high = 0;
    for (let at = from; at < to; at += 1) {
      const value = samples[at] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    peaks[2 * bucket] = low;
    peaks[2 * bucket + 1] = high;
  }
  return peaks;
}

/** Minutes, seconds and hundredths: `1:05.20`. */
export function clock(seconds: number): string {
  const hundredths = Math.round(Math.max(0, seconds) * 100);
  const rest = (hundredths % 6000) / 100;
  return `${Math.floor(hundredths / 6000)}:${rest < 10 ? '0' : ''}${rest.toFixed(2)}`;
}
