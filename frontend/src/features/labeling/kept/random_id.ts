// A random id, also where the page is served over plain HTTP and `crypto.randomUUID` does not exist.

export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
