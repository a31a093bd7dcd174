// How sentences are kept: English and 简体中文 side by side, so that neither can be forgotten.

/** `[English, 简体中文]`. */
export type Pair = readonly [en: string, zh: string];
export type Strings = Readonly<Record<string, Pair>>;

/** Rooms of pairs into one flat dictionary per language: `room.key`. */
export function flatten(rooms: Readonly<Record<string, Strings>>): { en: Record<string, string>; zh: Record<string, string> } {
  const en: Record<string, string> = {};
  const zh: Record<string, string> = {};
  for (const [room, strings] of Object.entries(rooms)) {
    for (const [key, [english, chinese]] of Object.entries(strings)) {
      en[`${room}.${key}`] = english;
      zh[`${room}.${key}`] = chinese;
    }
  }
  return { en, zh };
}
