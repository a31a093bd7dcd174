import { describe, expect, it } from 'vitest';
import { diffTexts, type Piece } from './text_diff';

const told = (pieces: readonly Piece[]) => pieces.map(({ kind, text }) => (kind === 'same' ? text : kind === 'old' ? `[-${text}-]` : `{+${text}+}`)).join('');
const side = (pieces: readonly Piece[], not: Piece['kind']) => pieces.filter((piece) => piece.kind !== not).map((piece) => piece.text).join('');

describe('text differences', () => {
  it('go by words', () => {
    expect(told(diffTexts('the quick brown fox', 'the slow brown fox!'))).toBe('the [-quick-]{+slow+} brown fox{+!+}');
    expect(told(diffTexts('same', 'same'))).toBe('same');
    expect(diffTexts('', '')).toEqual([]);
    expect(told(diffTexts('', 'new'))).toBe('{+new+}');
    expect(told(diffTexts('old', ''))).toBe('[-old-]');
  });
  it('go by characters in Chinese', () => {
    expect(told(diffTexts('今天天气很好', '今天天气不好'))).toBe('今天天气[-很-]{+不+}好');
  });
  it('give back both texts', () => {
    const [a, b] = ['one two  three,\nfour 五六 🙂 end', 'zero two three\nfive 六五 🙂🙂 end'];
    expect(side(diffTexts(a, b), 'new')).toBe(a);
    expect(side(diffTexts(a, b), 'old')).toBe(b);
  });
  it('stay quick on long texts that have nothing in common', () => {
    const [a, b] = ['a '.repeat(20_000), 'b, '.repeat(20_000)];
    const pieces = diffTexts(a, b);
    expect(side(pieces, 'new')).toBe(a);
    expect(side(pieces, 'old')).toBe(b);
  });
});
