import { describe, expect, it } from 'vitest';
import { CHECK_KINDS, countsText, fits, freeName, freshCheck, listText, pairsText, textCounts, textList, textPairs, wrongWith, wrongWithGate, type BranchRule } from './rules';

const rule = (parts: Partial<BranchRule> = {}): BranchRule => ({ branches: 'main', no_deletion: true, no_rewind: true, gates: [], ...parts });

describe('rules', () => {
  it('fit branches by stars', () => {
    for (const [pattern, name] of [['main', 'main'], ['*', 'main'], ['release/*', 'release/1.0/rc'], ['a*b*c', 'a-b-b-c']] as const) expect(fits(pattern, name), pattern).toBe(true);
    for (const [pattern, name] of [['main', 'mainly'], ['release/*', 'release'], ['a*b*c', 'acb'], ['a.c', 'abc']] as const) expect(fits(pattern, name), pattern).toBe(false);
  });
  it('say what is wrong with them', () => {
    const labels = { name: 'labels', check: freshCheck('labels') };
    expect(wrongWith(rule({ gates: [labels] }), [])).toBeNull();
    expect(wrongWith(rule({ branches: 'a b' }), [])).toBe('pattern');
    expect(wrongWith(rule(), [rule()])).toBe('pattern_taken');
    expect(wrongWith(rule({ gates: [{ ...labels, name: ' ' }] }), [])).toBe('gate_name');
    expect(wrongWith(rule({ gates: [labels, labels] }), [])).toBe('gate_name_taken');
    expect(wrongWith(rule({ gates: [{ name: 'm', check: freshCheck('class_minima') }] }), [])).toBe('minima');
    expect(wrongWith(rule({ gates: [{ name: 'w', check: freshCheck('webhook') }] }), [])).toBe('url');
  });
  it('say which gate is wrong', () => {
    const gates = [{ name: 'a', check: freshCheck('labels') }, { name: 'b', check: freshCheck('webhook') }, { name: 'a ', check: freshCheck('schema') }];
    expect(gates.map((gate) => wrongWithGate(gate, gates))).toEqual(['gate_name_taken', 'url', 'gate_name_taken']);
  });
  it('have fresh gates of every kind, under free names', () => {
    expect(CHECK_KINDS.map((kind) => freshCheck(kind).kind)).toEqual(CHECK_KINDS);
    expect(freeName('labels', [{ name: 'labels', check: freshCheck('labels') }, { name: 'labels 2', check: freshCheck('labels') }])).toBe('labels 3');
  });
});

describe('lists as text', () => {
  it('go there and back', () => {
    expect(textList(' a, b，c、 d\n')).toEqual(['a', 'b', 'c', 'd']);
    expect(listText(['a', 'b'])).toBe('a, b');
    expect(textCounts(countsText({ cat: 100, 'big dog': 5 }))).toEqual({ cat: 100, 'big dog': 5 });
    expect(textCounts('cat: many, dog：7')).toEqual({ dog: 7 });
    expect(textPairs(pairsText([['train', 'test'], ['val', 'test']]))).toEqual([['train', 'test'], ['val', 'test']]);
    expect(textPairs('train, a/b/c')).toEqual([]);
  });
});
