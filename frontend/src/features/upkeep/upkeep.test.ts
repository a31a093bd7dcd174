import { expect, test } from 'vitest';
import type { Job } from '../../api/types';
import { keysOf, reportOf, shortHashes } from './reports';

test('keys are one a line, each once', () => {
  expect(keysOf(' a/b \n\na/b\nc d\n')).toEqual(['a/b', 'c d']);
  expect(keysOf('\n')).toEqual([]);
});

test('only a job that ended well reports', () => {
  const job = { kind: 'check_store', state: 'succeeded', result: { found: 0 } } as unknown as Job;
  expect(reportOf(job, 'check_store')).toEqual({ found: 0 });
  expect(reportOf(job, 'collect_garbage')).toBeNull();
  expect(reportOf({ ...job, state: 'running' }, 'check_store')).toBeNull();
  expect(reportOf(undefined, 'check_store')).toBeNull();
});

test('hashes in a sentence are shortened, shorter names stay', () => {
  expect(shortHashes(`blob ${'a'.repeat(64)} of ${'b'.repeat(12)} is gone`)).toBe(`blob aaaaaaaaaa of ${'b'.repeat(12)} is gone`);
});
