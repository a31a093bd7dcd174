// Colours for names that have none of their own. Pure.
const PALETTE = ['#2f7fb8', '#d9822b', '#3b9a5f', '#c2456b', '#7a5fc0', '#9a7b2c', '#2b9a95', '#b8563a', '#5b7083', '#8aa11f'];

/** A steady colour for a name that has none of its own. */
export function colorOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return PALETTE[sum % PALETTE.length] ?? '#5b7083';
}
