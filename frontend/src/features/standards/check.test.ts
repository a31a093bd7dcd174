import { describe, expect, it } from 'vitest';
import type { AttributeDef, ClassDef, Layer, StandardContent } from '../../api/types';
import { check, placeOf } from './check';
import { emptyLayer } from './editing';

const cat = (change: Partial<ClassDef> = {}): ClassDef => ({ name: 'cat', color: '#2f7fb8', hotkey: '1', attributes: [], ...change });
const layer = (change: Partial<Layer> = {}): Layer => ({ ...emptyLayer('label'), classes: [cat()], ...change });
const standard = (...layers: Layer[]): StandardContent => ({ title: 'T', guideline: '', layers });
const said = (content: StandardContent): string[] => check(content).map((each) => `${each.path} ${each.code}`);
const withAttribute = (attribute: Partial<AttributeDef>): StandardContent =>
  standard(layer({ classes: [cat({ attributes: [{ name: 'size', kind: 'text', required: false, ...attribute }] })] }));

describe('the check of a standard', () => {
  it('says nothing about a good one', () => {
    expect(said(standard(layer()))).toEqual([]);
  });
  it('wants a title, layers, classes and names', () => {
    expect(said({ title: ' ', guideline: '', layers: [] })).toEqual(['title empty_title', 'layers no_layers']);
    expect(said(standard(layer({ classes: [], field: '' })))).toEqual(['layers[label].field empty_name', 'layers[label].classes no_classes']);
    expect(said(standard(layer({ name: '' })))).toEqual(['layers[0] empty_name']);
  });
  it('counts bytes of a name, not letters', () => {
    const name = '类'.repeat(43);
    expect(said(standard(layer({ name })))).toEqual(['layers[0] name_too_long']);
    expect(said(standard(layer({ name: '类'.repeat(42) })))).toEqual([]);
  });
  it('finds names used twice', () => {
    expect(said(standard(layer(), layer({ classes: [cat({ hotkey: null }), cat({ hotkey: null })] })))).toEqual(['layers[label] duplicate_name', 'layers[label].classes[cat] duplicate_name']);
  });
  it('finds keys that are reserved or used twice in any layer', () => {
    expect(said(standard(layer({ classes: [cat({ hotkey: 'a' })] })))).toEqual(['layers[label].classes[cat].hotkey reserved_hotkey']);
    const other = layer({ name: 'other', classes: [cat({ name: 'dog' })] });
    expect(check(standard(layer(), other))).toEqual([{ path: 'layers[other].classes[dog].hotkey', code: 'duplicate_hotkey', values: { key: '1', owner: 'cat' } }]);
  });
  it('lets only shapes with a size have a least size', () => {
    const rules = { inside: true, max_items: 0, min_height: -1, min_width: 4 };
    expect(said(standard(layer({ rules })))).toEqual(['layers[label].rules.min_width rule_not_applicable', 'layers[label].rules.min_height invalid_rule', 'layers[label].rules.max_items invalid_rule']);
    expect(said(standard(layer({ kind: 'mask', rules: { ...rules, max_items: 1, min_height: null } })))).toEqual([]);
  });
  it('checks attributes, their values and defaults', () => {
    const at = 'layers[label].classes[cat].attributes[size]';
    expect(said(withAttribute({ kind: 'enum', values: [] }))).toEqual([`${at}.values values_missing`]);
    expect(said(withAttribute({ kind: 'enum', values: ['a', 'a', ''], default: 'b' }))).toEqual([`${at}.values empty_value`, `${at}.values duplicate_value`, `${at}.default invalid_default`]);
    expect(said(withAttribute({ kind: 'number', values: ['a'], default: 'b' }))).toEqual([`${at}.values values_not_allowed`, `${at}.default invalid_default`]);
    expect(said(withAttribute({ kind: 'boolean', default: false }))).toEqual([]);
    expect(said(withAttribute({ default: 'x'.repeat(10_001) }))).toEqual([`${at}.default invalid_default`]);
  });
  it('wants joints with names of their own', () => {
    expect(said(standard(layer({ kind: 'skeleton', skeleton: { points: [] } })))).toEqual(['layers[label].skeleton invalid_skeleton']);
    expect(said(standard(layer({ kind: 'skeleton' })))).toEqual(['layers[label].skeleton skeleton_missing']);
    expect(said(standard(layer({ skeleton: { points: ['a'] } })))).toEqual(['layers[label].skeleton rule_not_applicable']);
    expect(said(standard(layer({ kind: 'skeleton', skeleton: { points: ['a', 'b'], edges: [[0, 1], [1, 1], [0, 2]] } })))).toEqual(['layers[label].skeleton.edges[1] invalid_skeleton', 'layers[label].skeleton.edges[2] invalid_skeleton']);
    expect(said(standard(layer({ kind: 'skeleton', skeleton: { points: ['a', 'a'] } })))).toEqual(['layers[label].skeleton.points[a] duplicate_name']);
  });
  it('names a place by its number where it has no usable name', () => {
    expect(placeOf('layers', 3, 'a\tb')).toBe('layers[3]');
  });
});
