import { describe, expect, it } from 'vitest';
import { classesShown, MOST_SHOWN } from './class_search';

const many = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `species ${index}`, title: { zh: `物种${index}` }, color: '#000000', attributes: [] }));
const none = () => false;

describe('the classes shown', () => {
  it('are all of a short list, whatever is sought', () => {
    expect(classesShown(many(MOST_SHOWN), 'x', none)).toMatchObject({ found: MOST_SHOWN });
  });
  it('are the first of a long list, with those in use in front', () => {
    const { shown, found } = classesShown(many(3000), '', (name) => name === 'species 2000' || name === 'species 1');
    expect(found).toBe(3000);
    expect(shown).toHaveLength(MOST_SHOWN + 1);
    expect(shown[0]).toMatchObject({ index: 2000 });
  });
  it('are found by name and title, and keep their place', () => {
    expect(classesShown(many(3000), ' SPECIES 299', none).shown.map((each) => each.index)).toEqual([299, 2990, 2991, 2992, 2993, 2994, 2995, 2996, 2997, 2998, 2999]);
    expect(classesShown(many(3000), '物种7', none).shown[0]?.index).toBe(7);
  });
});
