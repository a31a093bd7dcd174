/** The address if it is http, https or mailto; nothing otherwise. */
export function safeUrl(url: string): string {
  return /^(https?:|mailto:)/i.test(url) ? url : '';
}
