import { describe, expect, it } from 'vitest';
import { execute, startHistory, undo } from '../../canvas/history';
import { NO_RULES } from '../../api/standard_shape';
import type { Item, Layer, StandardContent } from '../../api/types';
import { toDocument } from '../../text/blocks';
import type { Answer } from './document';
import { pageOf, pageWith } from './paging';
import { alike, besideAnswer, newRelation, newSpan, quote, rangeOf, removeWithRelations, shownSpans, stored, takenOver, textLine, type RelationItem, type SpanItem } from './text_items';
import { findings } from './validate';

const layer = (over: Partial<Layer> = {}): Layer => ({
  name: 'entities', kind: 'span', field: 'text', required: false, multiple: false, skeleton: null, rules: NO_RULES,
  classes: ['person', 'place'].map((name) => ({ name, color: '#336699', hotkey: null, attributes: [] })), ...over,
});
const links = layer({ name: 'links', kind: 'relation', classes: [{ name: 'born in', color: '#884422', hotkey: null, attributes: [] }] });
const content: StandardContent = { title: 't', guideline: '', layers: [layer(), links] };
const TEXT = '😀 Ada was born in London.\n';
const document = toDocument(TEXT);
const at = (word: string) => ({ start: TEXT.indexOf(word), end: TEXT.indexOf(word) + word.length });

const ada = newSpan([], layer(), 'person', stored(document, at('Ada')));
const london = newSpan([ada], layer(), 'place', stored(document, at('London')));
const born = newRelation([ada, london], links, 'born in', ada.id, london.id);
const answer: Answer = [ada, london, born];

describe('spans', () => {
  it('are stored in code points and shown in units', () => {
    expect([ada.start, ada.end]).toEqual([2, 5]);
    expect(rangeOf(document, ada)).toEqual(at('Ada'));
    expect([...TEXT].slice(london.start, london.end).join('')).toBe('London');
    expect(answer.map((item) => item.id)).toEqual(['s1', 's2', 'r1']);
  });
  it('are quoted in short', () => {
    expect(quote(document, ada)).toBe('Ada');
    expect([...quote(toDocument('😀'.repeat(99)), { ...ada, start: 0, end: 99 })]).toHaveLength(41);
    expect(quote(undefined, ada)).toBe('2–5');
  });
  it('are the same only with the same place, layer and class', () => {
    expect(alike(answer, { ...ada, id: 'new' })?.id).toBe('s1');
    expect(alike(answer, { ...ada, class: 'place' })).toBeUndefined();
    expect(alike(answer, { ...born, id: 'new' })?.id).toBe('r1');
  });
  it('are shown with predictions apart, in lanes, and end before a line break', () => {
    const whole: Item = { ...ada, id: 'p1', score: 0.5, start: 0, end: [...TEXT].length };
    const shown = shownSpans(content, document, { human: [ada], predicted: besideAnswer([ada], [whole]) }, 'text');
    expect(shown.map((each) => [each.id, each.end, each.lane, each.predicted])).toEqual([['prediction/p1', TEXT.length - 1, 1, true], ['s1', at('Ada').end, 0, false]]);
    expect(shown[0]?.caption).toContain('50');
    expect(shownSpans(content, document, { human: [ada], predicted: [] }, 'other')).toEqual([]);
  });
});

describe('a prediction', () => {
  const model: Item[] = [{ ...ada, id: 'p1', score: 0.9 }, { ...london, id: 'p2', score: 0.8 }, { ...born, id: 'p3', from: 'p1', to: 'p2', score: 0.7 }];
  it('stands beside the answer until it is taken over', () => {
    expect(besideAnswer([], model).map((item) => item.id)).toEqual(['prediction/p1', 'prediction/p2', 'prediction/p3']);
    expect(besideAnswer([ada], model)).toMatchObject([{ id: 'prediction/p2' }, { id: 'prediction/p3', from: 's1', to: 'prediction/p2' }]);
    expect(besideAnswer(answer, model)).toEqual([]);
  });
  it('is taken over item by item, a relation once its ends are there', () => {
    const [first, , third] = besideAnswer([], model) as [SpanItem, SpanItem, RelationItem];
    expect(takenOver([], first)).toEqual({ ...ada, id: 's1' });
    expect(takenOver([], third)).toBeNull();
    const [last] = besideAnswer([ada, london], model) as [RelationItem];
    expect(takenOver([ada, london], last)).toEqual(born);
  });
});

describe('relations', () => {
  it('go with the span they hang on, in one step, and come back with it', () => {
    const history = execute(startHistory(answer), removeWithRelations(answer, ada.id));
    expect(history.state).toEqual([london]);
    expect(undo(history).state).toEqual(answer);
    expect(execute(startHistory(answer), removeWithRelations(answer, born.id)).state).toEqual([ada, london]);
  });
  it('are read from one end to the other', () => {
    expect(textLine(born, answer, content, { text: document })).toEqual({ name: 'Ada → born in → London', detail: '' });
    expect(textLine(london, answer, content, { text: document })).toEqual({ name: 'place', detail: 'London' });
  });
});

describe('rules', () => {
  const codes = (items: Answer, texts = { text: document }) => findings(content, items, {}, texts).map((each) => each.code);
  it('accept what is right', () => expect(codes(answer)).toEqual([]));
  it('refuse a span that is empty or outside the text', () => {
    expect(codes([{ ...ada, end: ada.start }])).toEqual(['span_outside']);
    expect(codes([{ ...ada, end: 999 }])).toEqual(['span_outside']);
    expect(findings(content, [{ ...ada, end: 999 }])).toEqual([]);
  });
  it('refuse a relation without two different ends', () => {
    expect(codes([ada, born])).toEqual(['relation_ends']);
    expect(codes([ada, { ...born, to: ada.id }])).toEqual(['relation_ends']);
    expect(codes([ada, { ...born, to: born.id }])).toEqual(['relation_ends']);
  });
  it('count and require as in any layer', () => {
    const strict = { ...content, layers: [layer({ required: true, rules: { ...NO_RULES, max_items: 1 } })] };
    expect(findings(strict, []).map((each) => each.code)).toEqual(['required_layer']);
    expect(findings(strict, [ada, london]).map((each) => each.code)).toEqual(['too_many']);
  });
});

describe('a long answer', () => {
  const many = Array.from({ length: 250 }, (_, number) => ({ id: `s${number + 1}` }));
  it('is shown by pages, the one of the item in hand first', () => {
    expect([pageWith(many, 's101'), pageWith(many, 's250'), pageWith(many, 'gone'), pageWith(many, null)]).toEqual([1, 2, null, null]);
    expect(pageOf(many, 2)).toMatchObject({ page: 2, pages: 3, from: 201, to: 250 });
    expect(pageOf(many, 9).page).toBe(2);
    expect(pageOf([], 0)).toMatchObject({ shown: [], pages: 1 });
  });
});
