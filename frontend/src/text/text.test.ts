import { describe, expect, it } from 'vitest';
import { arcBetween, spread } from './arcs';
import { blockAt, isRightToLeft, toDocument } from './blocks';
import { indexCodePoints, toCodePoints, toUnits } from './codepoints';
import { guessHeight, Heights, nearView } from './heights';
import { inkOn } from './ink';
import { assignLanes } from './lanes';
import { piecesOf, spansAt, type ShownSpan } from './pieces';
import { snapped, stepFrom, trimmed, wordAt } from './words';

const FAMILY = '👨‍👩‍👧';

describe('code points', () => {
  const texts = ['', 'plain', 'a😀b', '😀😀', `x${FAMILY}y`, '𠮷野家で食べた', 'e\u0301 é', 'lone \ud83d half \ude00', 'שלום 😀 عالم'];
  it('agree with the string iterator at every code point, and back', () => {
    for (const text of texts) {
      const index = indexCodePoints(text);
      const letters = [...text];
      expect(index.count).toBe(letters.length);
      let unit = 0;
      for (const [point, letter] of letters.entries()) {
        expect([toCodePoints(index, unit), toUnits(index, point)], text).toEqual([point, unit]);
        unit += letter.length;
      }
      expect([toCodePoints(index, unit), toUnits(index, letters.length)]).toEqual([letters.length, text.length]);
    }
  });
  it('never cut a surrogate pair', () => {
    const index = indexCodePoints('a😀b');
    expect(toCodePoints(index, 2)).toBe(1);
    expect(toUnits(index, toCodePoints(index, 2))).toBe(1);
  });
  it('stay within the text', () => {
    const index = indexCodePoints('a😀b');
    expect([toUnits(index, 99), toUnits(index, -3), toCodePoints(index, 99)]).toEqual([4, 0, 3]);
  });
});

describe('blocks', () => {
  it('are the lines, whatever breaks them', () => {
    const text = 'one\ntwo\r\n\r\nfour\u2028five';
    const { blocks } = toDocument(text);
    expect(blocks.map((each) => text.slice(each.start, each.end))).toEqual(['one', 'two', '', 'four', 'five']);
    expect(toDocument('').blocks).toEqual([{ start: 0, end: 0, line: 0, part: false }]);
  });
  it('split a long line without losing or cutting anything', () => {
    for (const unit of ['word and another. ', '汉字', '😀', FAMILY, 'é\u0301']) {
      const text = unit.repeat(4000);
      const { blocks } = toDocument(text);
      expect(blocks.map((each) => text.slice(each.start, each.end)).join('')).toBe(text);
      expect(Math.max(...blocks.map((each) => each.end - each.start))).toBeLessThanOrEqual(1200);
      // Every cut falls between two characters as people see them.
      if (unit !== 'word and another. ' && unit !== '汉字') for (const each of blocks) expect(each.start % unit.length, unit).toBe(0);
    }
  });
  it('are found by offset', () => {
    const { blocks } = toDocument('ab\n\ncd');
    expect([0, 2, 3, 4, 6, 99].map((offset) => blockAt(blocks, offset))).toEqual([0, 0, 1, 2, 2, 2]);
  });
  it('know their direction, parts of a line that of the line', () => {
    const direction = (text: string) => toDocument(text).blocks.map((block) => isRightToLeft(toDocument(text), block));
    expect(direction('12 שלום hello\nhello שלום')).toEqual([true, false]);
    expect(new Set(direction(`مرحبا ${'latin words '.repeat(200)}`))).toEqual(new Set([true]));
  });
});

describe('words', () => {
  const of = (text: string, range: { start: number; end: number } | null) => (range ? text.slice(range.start, range.end) : null);
  it('are found in Latin, Chinese and Japanese', () => {
    for (const [text, at, word] of [['The Analytical Engine', 6, 'Analytical'], ['我爱北京天安门', 3, '北京'], ['東京に行きました', 0, '東京']] as const) expect(of(text, wordAt(toDocument(text), at))).toBe(word);
    expect(wordAt(toDocument('a  b'), 2)).toBeNull();
    expect(of('end.', wordAt(toDocument('end.'), 3))).toBe('end');
  });
  it('are taken whole by a range that cuts them, and spaces are left out', () => {
    const text = 'Ada Lovelace wrote it.';
    expect(of(text, snapped(toDocument(text), { start: 1, end: 7 }))).toBe('Ada Lovelace');
    expect(of(text, snapped(toDocument(text), { start: 3, end: 13 }))).toBe('Lovelace');
    expect(of(text, trimmed(toDocument(text), { start: 2, end: 6 }))).toBe('a Lo');
    expect(snapped(toDocument(text), { start: 3, end: 4 })).toBeNull();
    expect(of('我爱北京天安门', snapped(toDocument('我爱北京天安门'), { start: 3, end: 4 }))).toBe('北京');
  });
  it('are stepped over, and characters as people see them', () => {
    const document = toDocument(`a${FAMILY}b\n\nnext word`);
    const size = FAMILY.length;
    expect(stepFrom(document, 1, 'character', true)).toBe(1 + size);
    expect(stepFrom(document, 1 + size, 'character', false)).toBe(1);
    expect(stepFrom(document, 2 + size, 'character', true)).toBe(3 + size);
    expect(stepFrom(document, 3 + size, 'character', false)).toBe(2 + size);
    expect(stepFrom(document, 3 + size, 'character', true)).toBe(4 + size);
    expect(stepFrom(document, 4 + size, 'word', true)).toBe(8 + size);
    expect(stepFrom(document, 9 + size, 'word', false)).toBe(4 + size);
    expect(stepFrom(document, document.text.length, 'character', true)).toBe(document.text.length);
    expect(stepFrom(document, 0, 'character', false)).toBe(0);
  });
  it('step across the parts of a split line one character at a time', () => {
    const document = toDocument('word '.repeat(600));
    const cut = document.blocks[1]?.start ?? 0;
    expect(stepFrom(document, cut, 'character', false)).toBe(cut - 1);
    expect(stepFrom(document, cut - 1, 'character', true)).toBe(cut);
  });
});

const span = (id: string, start: number, end: number): ShownSpan => ({ id, start, end, caption: id, name: id, color: '#336699', predicted: false, lane: 0 });

describe('lanes', () => {
  it('are never shared by spans that overlap, and the short lie next to the text', () => {
    const lanes = assignLanes([span('outer', 0, 20), span('inner', 3, 8), span('across', 6, 12), span('apart', 30, 40)]);
    expect(Object.fromEntries(lanes)).toEqual({ inner: 0, across: 1, outer: 2, apart: 0 });
  });
});

describe('pieces', () => {
  it('cut a block where anything changes', () => {
    const pieces = piecesOf({ start: 0, end: 10 }, { spans: [span('a', 2, 6), span('b', 4, 8)], chosen: { start: 8, end: 9 }, caret: 9, held: 'a' });
    const shown = pieces.map((piece) => (piece.kind === 'text' ? `${piece.start}-${piece.end}${piece.covers.map((each) => each.id).join('')}${piece.chosen ? '*' : ''}` : piece.kind === 'caret' ? '|' : piece.kind === 'tag' ? `<${piece.span.id}>` : `[${piece.edge}]`));
    expect(shown).toEqual(['0-2', '[start]', '2-4a', '4-6ab', '[end]', '<a>', '6-8b', '<b>', '8-9*', '|', '9-10']);
  });
  it('show a span over several blocks, with its tag in the last', () => {
    const long = [span('a', 2, 14)];
    const kinds = (start: number, end: number) => piecesOf({ start, end }, { spans: long, chosen: null, caret: null, held: null }).map((piece) => piece.kind);
    expect([kinds(0, 5), kinds(6, 10), kinds(11, 14)]).toEqual([['text', 'text'], ['text'], ['text', 'tag']]);
  });
  it('leave an empty block its caret', () => {
    expect(piecesOf({ start: 4, end: 4 }, { spans: [], chosen: null, caret: 4, held: null })).toEqual([{ kind: 'caret' }]);
  });
  it('know what lies under a place, the innermost first', () => {
    expect(spansAt([span('outer', 0, 20), span('inner', 3, 8)], 5).map((each) => each.id)).toEqual(['inner', 'outer']);
  });
});

describe('heights', () => {
  it('find blocks by place and places by block', () => {
    const heights = new Heights(Array.from({ length: 1000 }, () => 10));
    expect([heights.total, heights.at(0), heights.at(9.9), heights.at(10), heights.at(99_999)]).toEqual([10_000, 0, 0, 1, 999]);
    expect(heights.measure(3, 35)).toBe(true);
    expect(heights.measure(3, 35.2)).toBe(false);
    expect([heights.total, heights.offsetOf(4), heights.at(64), heights.at(65)]).toEqual([10_025, 65, 3, 4]);
  });
  it('lay out only what is near', () => {
    const heights = new Heights(Array.from({ length: 1000 }, () => 10));
    expect(nearView(heights, 1000, 5000, 100, 50)).toEqual({ first: 495, last: 516, above: 4950, below: 4840 });
    expect(nearView(new Heights([]), 0, 0, 100, 50)).toEqual({ first: 0, last: 0, above: 0, below: 0 });
  });
  it('guess wide letters as wide', () => {
    expect(guessHeight('a'.repeat(100), 0, 100, { width: 50, height: 30 })).toBe(60);
    expect(guessHeight('字'.repeat(100), 0, 100, { width: 50, height: 30 })).toBe(120);
  });
});

describe('arcs', () => {
  it('bow above a line, and leave and arrive from outside between lines', () => {
    expect(arcBetween({ x: 0, y: 100 }, { x: 100, y: 100 }, 40)).toEqual({ path: 'M 0 100 C 0 81.3, 100 81.3, 100 100', label: { x: 50, y: 86 } });
    expect(arcBetween({ x: 0, y: 100 }, { x: 100, y: 200 }, 40)).toEqual({ path: 'M 0 100 C 0 150, 100 150, 100 200', label: { x: 100, y: 186 } });
  });
  it('keep their names apart', () => {
    const at = (x: number, y: number) => ({ label: { x, y } });
    expect(spread([at(50, 10), at(40, 12), at(45, 60)], () => 40).map(({ label }) => label.x)).toEqual([50, 93, 45]);
  });
});

describe('ink', () => {
  it('is whichever contrasts more', () => {
    expect(['#ffffff', '#000000', '#2f7fb8', '#9a7b2c', '#d9822b', 'nonsense'].map(inkOn)).toEqual(['#000000', '#ffffff', '#000000', '#000000', '#000000', '#ffffff']);
  });
});
