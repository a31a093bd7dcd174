// No sentence is missing in either language, and none is asked for that does not exist.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resources } from './strings';

const SOURCE = join(import.meta.dirname, '..');
const PLURAL = /_(one|other)$/;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [path] : [];
  });
}

const texts = sources(SOURCE).map((path) => readFileSync(path, 'utf8'));
const keys = Object.keys(resources.en);
const bases = new Set([...keys, ...keys.map((key) => key.replace(PLURAL, ''))]);
const slots = (sentence: string) => [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('sentences', () => {
  it('stand in both languages, with the same slots', () => {
    expect(Object.keys(resources.zh)).toEqual(keys);
    for (const key of keys) {
      expect(resources.en[key]?.trim(), key).toBeTruthy();
      expect(resources.zh[key]?.trim(), key).toBeTruthy();
      expect(slots(resources.zh[key] ?? ''), key).toEqual(slots(resources.en[key] ?? ''));
    }
  });
  it('are there for every key the code names', () => {
    const asked = texts.flatMap((text) => [...text.matchAll(/'((?:access|audio|datasets|error|jobs|labeling|models|review|search|shared|shell|standards|text|upkeep|versioning)\.[a-z0-9_]+)'/g)].map((match) => match[1] ?? ''));
    expect(asked.length).toBeGreaterThan(200);
    expect([...new Set(asked)].filter((key) => !bases.has(key))).toEqual([]);
  });
  it('are there for every family of keys the code builds', () => {
    const families = texts.flatMap((text) => [...text.matchAll(/`((?:access|audio|datasets|error|jobs|labeling|models|review|search|shared|shell|standards|text|upkeep|versioning)\.[a-z0-9_]*)\$\{/g)].map((match) => match[1] ?? ''));
    for (const family of families) expect(keys.some((key) => key.startsWith(family)), family).toBe(true);
  });
  it('come in both numbers where they come in one', () => {
    for (const key of keys.filter((each) => PLURAL.test(each))) expect(bases.has(key.replace(PLURAL, '_one')) && bases.has(key.replace(PLURAL, '_other')), key).toBe(true);
  });
  it('are all used', () => {
    const all = texts.filter((text) => !text.includes('satisfies Strings')).join('\n');
    const families = [...all.matchAll(/`([a-z]+\.[a-z0-9_]*)\$\{/g)].map((match) => match[1] ?? '');
    const unused = keys.map((key) => key.replace(PLURAL, '')).filter((key) => !all.includes(`'${key}'`) && !families.some((family) => family.length > 0 && key.startsWith(family)));
    expect([...new Set(unused)]).toEqual([]);
  });
});
