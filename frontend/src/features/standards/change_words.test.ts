import { describe, expect, it } from 'vitest';
import { stepsOf, valueText } from './change_words';

const said = (path: string) => stepsOf(path).map((step) => (step.part ? `<${step.text}>` : step.text));

describe('a change in words', () => {
  it('leads from layer to class to attribute', () => {
    expect(said('layers[objects].classes[car].attributes[size].default')).toEqual(['objects', 'car', 'size', '<default>']);
    expect(said('layers[objects].rules.min_width')).toEqual(['objects', '<min_width>']);
    expect(said('layers[objects].classes')).toEqual(['objects', '<classes>']);
    expect(said('layers')).toEqual(['<layers>']);
    expect(said('guideline')).toEqual(['<guideline>']);
  });
  it('keeps brackets and dots that belong to a name', () => {
    expect(said('layers[a].classes[x[1].b].color')).toEqual(['a', 'x[1].b', '<color>']);
    expect(said('layers[a.b]')).toEqual(['a.b']);
  });
  it('tells values as people would', () => {
    expect(valueText(['car', 'bicycle'])).toBe('car, bicycle');
    expect(valueText({ name: 'car', color: '#fff000', hotkey: '1' })).toBe('car · color: #fff000 · hotkey: 1');
    expect(valueText({ name: 'objects', kind: 'box', classes: [{ name: 'car' }, { name: 'bus' }] })).toBe('objects · kind: box · classes: car, bus');
    expect(valueText({ points: ['hip', 'knee'], edges: [[0, 1]] })).toBe('hip, knee · hip–knee');
    expect(valueText(null)).toBeNull();
    expect(valueText({ text: 'x'.repeat(900) })).toHaveLength(401);
  });
});
