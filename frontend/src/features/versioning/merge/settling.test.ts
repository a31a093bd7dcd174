import { describe, expect, it } from 'vitest';
import { execute, startHistory, undo } from '../../../canvas/history';
import type { MergeConflict } from '../../../api/types';
import type { Take } from '../../../api/types';
import { carryOver, conflictId, nextUnsettled, NOTHING, resolutions, restoreChoices, settledCount, settleOne, settleRest, storeChoices, takeOfKey, unsettled, type Choices, type Settled } from './settling';

const conflict = (key: string, part = 'class', sides: Partial<MergeConflict> = {}): MergeConflict => ({ key, layer: 'label', item_id: 'c1', part, base: 'cat', ours: 'dog', theirs: 'fox', ...sides });
const all = [conflict('a'), conflict('a', 'shape'), conflict('b'), conflict('c', 'split', { layer: null, item_id: null })];
const none: Choices = new Map();
const taking = (conflicts: readonly MergeConflict[], take: Take): Choices => conflicts.reduce((settled, each) => settleOne(settled, each, take).apply(settled), NOTHING).choices;

describe('settling conflicts', () => {
  it('tells two parts of one label apart', () => {
    expect(new Set(all.map(conflictId)).size).toBe(4);
  });
  it('goes by the keys 1, 2 and 3', () => {
    expect(['1', '2', '3', '4', 'a', '11'].map(takeOfKey)).toEqual(['ours', 'theirs', 'base', null, null, null]);
  });
  it('goes on to the next one that is open, around the end', () => {
    const choices = taking(all.slice(2, 3), 'ours');
    expect(nextUnsettled(all, choices, 1)).toBe(3);
    expect(nextUnsettled(all, choices, 3)).toBe(0);
    expect(nextUnsettled(all, taking(all, 'base'), 0)).toBe(-1);
    expect(nextUnsettled([], none, 0)).toBe(-1);
  });
  it('is taken back step by step, all of the rest being one step', () => {
    let history = startHistory<Settled>(NOTHING);
    history = execute(history, settleOne(history.state, all[0] ?? conflict('x'), 'ours'));
    history = execute(history, settleRest(history.state, all, 'theirs'));
    expect(unsettled(all, history.state.choices)).toEqual([]);
    expect(history.state.rest).toBe('theirs');
    expect(resolutions(all, history.state.choices).map((each) => each.take)).toEqual(['ours', 'theirs', 'theirs', 'theirs']);
    history = undo(history);
    expect([history.state.choices.size, history.state.rest]).toEqual([1, null]);
    expect(undo(history).state).toEqual(NOTHING);
  });
  it('counts what is settled, and what is not loaded yet', () => {
    expect(settledCount(all, 900, NOTHING)).toBe(0);
    expect(settledCount(all, 900, { choices: taking(all.slice(0, 2), 'ours'), rest: null })).toBe(2);
    expect(settledCount(all, 900, settleRest(NOTHING, all, 'ours').apply(NOTHING))).toBe(900);
  });
  it('sends what the service asks, without what is not there', () => {
    const choices = taking(all, 'ours');
    expect(resolutions(all, choices)[0]).toEqual({ key: 'a', layer: 'label', item_id: 'c1', part: 'class', take: 'ours' });
    expect(resolutions(all, choices)[3]).toEqual({ key: 'c', part: 'split', take: 'ours' });
  });
  it('keeps a choice in a new preview as long as its three sides stand', () => {
    const choices = taking(all, 'theirs');
    const later = [conflict('a'), conflict('b', 'class', { ours: 'cow' }), conflict('d')];
    const { kept, lost } = carryOver(choices, later);
    expect([...kept.keys()]).toEqual([conflictId(conflict('a'))]);
    expect(lost).toBe(1);
  });
  it('outlives the page', () => {
    const choices = taking(all, 'base');
    expect(restoreChoices(storeChoices(choices))).toEqual(choices);
    for (const text of [null, '', '{', '{}', '[1]', '[["a",{"take":"mine"}]]']) expect(restoreChoices(text).size, String(text)).toBe(0);
  });
});
