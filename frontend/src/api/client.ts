// The one door to the service: cookies, CSRF, problem+json and expired sessions.
import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './schema';
import type { Problem } from './types';

/** What every refused call throws: the service's problem document, or a made one when the network failed. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
  /** The stable code, for instance `lease_lost`. */
  get code(): string {
    return this.problem.code;
  }
  /** True when trying again later may help: no connection, or the service is unwell. */
  get transient(): boolean {
    return this.problem.status === 0 || this.problem.status >= 502 || this.problem.status === 429;
  }
}

let csrfToken = '';
const expiredListeners = new Set<() => void>();

/** Remembers the token that unsafe calls must carry beside the session cookie. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** The token for calls that cannot go through the client, such as uploads with progress. */
export function currentCsrfToken(): string {
  return csrfToken;
}

/** Calls `listener` when the service no longer knows the session. Returns the way to stop listening. */
export function onSessionExpired(listener: () => void): () => void {
  expiredListeners.add(listener);
  return () => expiredListeners.delete(listener);
}

const OPEN_PATHS = ['/api/v1/session', '/api/v1/setup', '/api/v1/me'];

const sessionMiddleware: Middleware = {
  onRequest({ request }) {
    if (!['GET', 'HEAD'].includes(request.method) && csrfToken) request.headers.set('x-strata-csrf', csrfToken);
    return request;
  },
  onResponse({ request, response }) {
    const path = new URL(request.url).pathname;
    if (response.status === 401 && !OPEN_PATHS.includes(path)) expiredListeners.forEach((listener) => listener());
    return response;
  },
};

/** A problem document out of whatever came back. */
export function problemFrom(body: unknown, status: number): Problem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as Problem;
  return { title: status === 0 ? 'No connection' : `HTTP ${status}`, status, code: status === 0 ? 'network' : 'unexpected', detail: typeof body === 'string' ? body.slice(0, 300) : undefined };
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Awaits a call and gives its body, or throws [`ApiError`]. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(problemFrom(null, 0));
  }
  if (answer.error !== undefined || !answer.response.ok) throw new ApiError(problemFrom(answer.error, answer.response.status));
  return answer.data as T;
}

/** The same for calls that may answer 204: null then. */
export async function unwrapOrNone<T>(call: Promise<Answer<T>>): Promise<T | null> {
  let none = false;
  const body = await unwrap(call.then((answer) => {
    none = answer.response.status === 204;
    return answer;
  }));
  return none ? null : body;
}

export const client = createClient<paths>({ credentials: 'same-origin' });
client.use(sessionMiddleware);
