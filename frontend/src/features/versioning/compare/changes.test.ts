import { describe, expect, it } from 'vitest';
import type { Item, SampleDiff, SampleView } from '../../../api/types';
import { kindsOf, pictureIn, shortText, textIn, toneOfKind, toneOn, valueChanges } from './changes';

const box = (id: string, name = 'cat'): Item => ({ kind: 'box', id, layer: 'objects', class: name, x: 0, y: 0, width: 1, height: 1 });
const text = (value: string) => ({ inline: value }) as unknown as SampleView['fields'][string];
const sample = (labels: Item[], fields: SampleView['fields'] = {}): SampleView => ({ key: 'k', fields, metadata: {}, labels });
const diff = (parts: Partial<SampleDiff>): SampleDiff => ({ key: 'k', old: sample([]), new: sample([]), events: [], ...parts });

describe('labels of a differing sample', () => {
  it('are old or new where they changed, and the same elsewhere', () => {
    const moved = diff({ events: [{ kind: 'geometry_changed', key: 'k', layer: 'objects', item_id: 'b1' }] });
    expect([box('b1'), box('b2')].map(toneOn(moved, 'old'))).toEqual(['old', 'same']);
    expect([box('b1'), box('b2')].map(toneOn(moved, 'new'))).toEqual(['new', 'same']);
  });
  it('are all new in a sample that was not there', () => {
    expect([box('b1')].map(toneOn(diff({ old: null }), 'new'))).toEqual(['new']);
    expect([box('b1')].map(toneOn(diff({ new: null }), 'old'))).toEqual(['old']);
  });
});

describe('other differences', () => {
  it('are told as values, texts apart', () => {
    const changed = diff({
      old: sample([], { text: text('one') }), new: sample([], { text: text('two') }),
      events: [
        { kind: 'split_moved', key: 'k', old: 'train', new: 'test' }, { kind: 'field_changed', key: 'k', name: 'text', old: {}, new: {} },
        { kind: 'metadata_changed', key: 'k', name: 'site', new: 7 }, { kind: 'attributes_changed', key: 'k', layer: 'objects', item_id: 'b1', old: { class: 'cat', attributes: { wet: true } }, new: { class: 'cat', attributes: {} } },
      ],
    });
    expect(valueChanges(changed)).toEqual([{ name: '', old: 'train', new: 'test' }, { name: 'site', old: null, new: '7' }, { name: 'objects b1', old: '{"wet":true}', new: '{}' }]);
  });
  it('have kinds, each once, and a tone', () => {
    expect(kindsOf([{ kind: 'label_added', key: 'k' }, { kind: 'label_added', key: 'k' }, { kind: 'class_changed', key: 'k' }])).toEqual(['label_added', 'class_changed']);
    expect(['label_added', 'sample_removed', 'class_changed'].map(toneOfKind)).toEqual(['added', 'removed', 'changed']);
  });
  it('are told shortly', () => {
    expect(shortText('train')).toBe('train');
    expect(shortText(null)).toBeNull();
    expect(shortText({ a: 'x'.repeat(200) })).toHaveLength(80);
  });
});

describe('fields', () => {
  it('are found by what they hold', () => {
    const both = sample([], { text: text('words'), image: { blob: { hash: '', media_type: 'image/png', bytes: 1, width: 8, height: 9 } } as SampleView['fields'][string] });
    expect(textIn(both)).toBe('words');
    expect(textIn(both, 'image')).toBeNull();
    expect(pictureIn(both)).toEqual({ field: 'image', width: 8, height: 9 });
    expect(pictureIn(null)).toBeNull();
  });
});
