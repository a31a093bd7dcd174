// What the service's refusal of a submit means: try later, sign in first, or never. Pure.
import type { ApiError } from '../../../api/client';
import type { Verdict } from './outbox';

/** A call of the same key is being answered, the connection was slow, or the service asks for patience. */
const PASSING_STATUS = new Set([408, 425, 429]);

export function verdictOf(cause: ApiError): Verdict {
  const { status, code, title, detail } = cause.problem;
  if (status === 0) return { kind: 'later', lost: true };
  // After signing in again in another tab this one still has the old token.
  if (status === 401 || code === 'csrf_missing') return { kind: 'session' };
  // A fault of the service is no judgement of the answer.
  if (status >= 500 || PASSING_STATUS.has(status) || code === 'conflict') return { kind: 'later', lost: false };
  return { kind: 'refused', refusal: { code, title, ...(detail ? { detail } : {}) } };
}
