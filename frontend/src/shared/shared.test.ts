import { describe, expect, it } from 'vitest';
import { bytesText, percentText } from './format';
import { safeUrl } from './safe_url';
import { colorOf } from './colors';
import { tellWhen } from './tell_when';

describe('addresses in Markdown', () => {
  it('lead only to http, https and mailto', () => {
    expect(safeUrl('https://example.org/a')).toBe('https://example.org/a');
    expect(safeUrl('mailto:a@b.c')).toBe('mailto:a@b.c');
    for (const url of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.example', '/api/v1/me']) expect(safeUrl(url), url).toBe('');
  });
});

describe('numbers', () => {
  it('are told with a unit', () => {
    expect([bytesText(0), bytesText(999), bytesText(1500), bytesText(123_456_789)]).toEqual(['0 B', '999 B', '1.5 kB', '123 MB']);
    expect(percentText(0.866)).toBe('87%');
  });
});

describe('colours', () => {
  it('are steady for a name', () => {
    expect(colorOf('cat')).toBe(colorOf('cat'));
    expect(colorOf('猫')).toMatch(/^#[0-9a-f]{6}$/);
  });
});

describe('times', () => {
  it('are told in the language', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(tellWhen('2026-01-01T00:00:00Z', 'en', now)).toBe('yesterday');
    expect(tellWhen('2026-01-01T00:00:00Z', 'zh', now)).toBe('昨天');
    expect(tellWhen('2026-01-01T23:59:50Z', 'en', now)).toBe('now');
  });
});
