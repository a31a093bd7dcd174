// Sends an effect that carries an idempotency key until it is known to have arrived.
import { ApiError } from '../../api/client';

const WAITS_MS = [300, 800, 2000, 5000];

/** Tries again after lost connections; the key makes that safe. Other refusals are thrown at once. */
export async function sendSafely<T>(send: () => Promise<T>, wait: (ms: number) => Promise<void> = pause): Promise<T> {
  for (const ms of WAITS_MS) {
    try {
      return await send();
    } catch (cause) {
      if (!(cause instanceof ApiError && cause.transient)) throw cause;
      await wait(ms);
    }
  }
  return send();
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
