// The chords that a person chose instead of the standard ones: checked, kept as JSON, and put over the table. Pure.
import { reservedFor, type Reserved } from './chords';
import { BINDINGS, contextOf, type Action, type Binding } from './keymap';

/** An action without an entry has its standard chords; one with an empty list has none. */
export type KeyChoices = Readonly<Partial<Record<Action, readonly string[]>>>;

export const bindingsOf = (choices: KeyChoices): readonly Binding[] => BINDINGS.map((binding) => ({ ...binding, chords: choices[binding.action] ?? binding.chords }));

export type Objection = { kind: 'reserved'; why: Reserved } | { kind: 'taken'; by: Action };

/** What speaks against giving the chord to the action. */
export function objectionTo(choices: KeyChoices, action: Action, chord: string): Objection | null {
  const why = reservedFor(chord);
  if (why) return { kind: 'reserved', why };
  const by = holderOf(choices, action, chord);
  return by ? { kind: 'taken', by } : null;
}

/** Gives the chord to the action, and to it alone; whatever else had it loses it. */
export function withChord(choices: KeyChoices, action: Action, chord: string): KeyChoices {
  const by = holderOf(choices, action, chord);
  const left = by ? { [by]: chordsOf(choices, by).filter((each) => each !== chord) } : {};
  return { ...choices, ...left, [action]: [chord] };
}

/** Gives the action its standard chords, except those that another action was given. */
export function withStandard(choices: KeyChoices, action: Action): KeyChoices {
  const { [action]: _chosen, ...rest } = choices;
  const standard = BINDINGS.find((each) => each.action === action)?.chords ?? [];
  const free = standard.filter((chord) => !holderOf(rest, action, chord));
  return free.length === standard.length ? rest : { ...rest, [action]: free };
}

/** Choices as they were kept; what no longer fits is left out. */
export function parseChoices(text: string | null): KeyChoices {
  let found: unknown;
  try {
    found = JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
  if (typeof found !== 'object' || found === null) return {};
  const known = new Set<string>(BINDINGS.map(({ action }) => action));
  const fits = ([action, chords]: [string, unknown]) => known.has(action) && Array.isArray(chords) && chords.every((each) => typeof each === 'string');
  return Object.fromEntries(Object.entries(found).filter(fits)) as KeyChoices;
}

const chordsOf = (choices: KeyChoices, action: Action): readonly string[] => bindingsOf(choices).find((each) => each.action === action)?.chords ?? [];

/** Another action of the same context with this chord. */
function holderOf(choices: KeyChoices, action: Action, chord: string): Action | undefined {
  const all = bindingsOf(choices);
  const own = all.find((each) => each.action === action);
  return all.find((each) => each.action !== action && own && contextOf(each) === contextOf(own) && each.chords.includes(chord))?.action;
}
