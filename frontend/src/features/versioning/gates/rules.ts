// Rules for branches as they are edited: fresh gates, what is wrong with them, lists as text. Pure.
import type { BranchRule as WireRule, Gate as WireGate } from '../../../api/types';

/** What a gate looks at. It travels as an object; its members go by its `kind`. */
export type Check =
  | { kind: 'labels'; layer?: string; classes?: string[]; split?: string; share?: number }
  | { kind: 'class_minima'; layer?: string; split?: string; minima: Record<string, number> }
  | { kind: 'duplicates'; fields?: string[]; splits?: string[]; near?: number }
  | { kind: 'split_moves'; between?: [string, string][] }
  | { kind: 'schema'; fields?: Record<string, { media_types?: string[]; optional?: boolean }>; metadata?: Record<string, { types?: string[]; optional?: boolean }>; closed?: boolean }
  | { kind: 'webhook'; url: string; deadline_ms?: number };
export type CheckKind = Check['kind'];
export type CheckOf<K extends CheckKind> = Extract<Check, { kind: K }>;
export interface Gate extends Omit<WireGate, 'check'> {
  check: Check;
}
export interface BranchRule extends Omit<WireRule, 'gates'> {
  gates: Gate[];
}

/** A rule as it travels, with its checks by kind. */
export const readRule = (rule: WireRule): BranchRule => ({ ...rule, gates: (rule.gates ?? []).map((gate) => ({ ...gate, check: gate.check as unknown as Check })) });

export const CHECK_KINDS: readonly CheckKind[] = ['labels', 'class_minima', 'duplicates', 'split_moves', 'schema', 'webhook'];

/** A check that says what most people want of its kind. */
export function freshCheck(kind: CheckKind): Check {
  switch (kind) {
    case 'labels': return { kind, classes: [], share: 1 };
    case 'class_minima': return { kind, minima: {} };
    case 'duplicates': return { kind, fields: [], splits: [], near: 4 };
    case 'split_moves': return { kind, between: [] };
    case 'schema': return { kind, fields: {}, metadata: {}, closed: false };
    case 'webhook': return { kind, url: '', deadline_ms: 10_000 };
  }
}

/** A name no gate of the rule has. */
export function freeName(wanted: string, gates: readonly Gate[]): string {
  const taken = new Set(gates.map((gate) => gate.name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
  return name;
}

/** Why a rule cannot be kept, as the last part of a sentence's key; null when it can. The service says the rest. */
export function wrongWith(rule: BranchRule, others: readonly BranchRule[]): string | null {
  if (!/^[A-Za-z0-9._\-/*]{1,100}$/.test(rule.branches)) return 'pattern';
  if (others.some((other) => other.branches === rule.branches)) return 'pattern_taken';
  return rule.gates.map((gate) => wrongWithGate(gate, rule.gates)).find((wrong) => wrong !== null) ?? null;
}

/** The same for one gate of a rule. */
export function wrongWithGate({ name, check }: Gate, gates: readonly Gate[]): 'gate_name' | 'gate_name_taken' | 'minima' | 'url' | null {
  if (name.trim() === '') return 'gate_name';
  if (gates.filter((other) => other.name.trim() === name.trim()).length > 1) return 'gate_name_taken';
  if (check.kind === 'class_minima' && Object.keys(check.minima).length === 0) return 'minima';
  if (check.kind === 'webhook' && !/^https?:\/\//.test(check.url)) return 'url';
  return null;
}

/** `a, b` from a list, and back. */
export const listText = (list: readonly string[] | undefined): string => (list ?? []).join(', ');
export const textList = (text: string): string[] => text.split(/[,，、\n]/).map((each) => each.trim()).filter((each) => each !== '');

/** `cat: 100, dog: 50` from counts by class, and back; parts that are no count are left out. */
export const countsText = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([name, count]) => `${name}: ${count}`).join(', ');
export function textCounts(text: string): Record<string, number> {
  const pairs = textList(text).flatMap((each) => {
    const match = /^(.+?)\s*[:：=]\s*(\d{1,12})$/.exec(each);
    return match?.[1] ? [[match[1], Number(match[2])] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** `train ↔ test` pairs from text `train/test, val/test`, and back. */
export const pairsText = (pairs: readonly (readonly string[])[] | undefined): string => (pairs ?? []).map((pair) => pair.join('/')).join(', ');
export const textPairs = (text: string): [string, string][] => textList(text).flatMap((each) => {
  const [one, other, ...more] = each.split('/').map((part) => part.trim());
  return one && other && more.length === 0 ? [[one, other] as [string, string]] : [];
});

/** Whether a rule's pattern, in which `*` stands for anything, fits a branch. */
export function fits(pattern: string, branch: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('.*');
  return new RegExp(`^${escaped}$`, 's').test(branch);
}
