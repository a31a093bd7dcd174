import { describe, expect, it } from 'vitest';
import { classOf, groupBySample, shortText, toneOf } from './diff_groups';

describe('differences', () => {
  it('gather per sample and know which side is absent', () => {
    const groups = groupBySample([
      { kind: 'sample_added', key: 'a' }, { kind: 'label_added', key: 'a', new: { class: 'cat' } }, { kind: 'class_changed', key: 'b' }, { kind: 'sample_removed', key: 'c' },
    ]);
    expect(groups.map(({ key, before, after, events }) => [key, before, after, events.length])).toEqual([['a', false, true, 2], ['b', true, true, 1], ['c', true, false, 1]]);
  });
  it('find the class of a row', () => {
    expect(classOf({ class: 'cat' })).toBe('cat');
    expect(classOf({ value: { class: 'dog' } })).toBe('dog');
    expect(classOf(null)).toBeNull();
    expect(classOf('cat')).toBeNull();
  });
  it('tell values shortly', () => {
    expect(shortText('train')).toBe('train');
    expect(shortText(null)).toBeNull();
    expect(shortText({ a: 'x'.repeat(200) })).toHaveLength(80);
  });
  it('have a tone', () => {
    expect(['label_added', 'sample_removed', 'class_changed'].map(toneOf)).toEqual(['added', 'removed', 'changed']);
  });
});
