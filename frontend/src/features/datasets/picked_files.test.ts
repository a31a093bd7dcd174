import { describe, expect, it } from 'vitest';
import { batches, guessFormat, labelsOfFolders, tidy } from './picked_files';

const paths = (...names: string[]) => names.map((path) => ({ path }));

describe('picked files', () => {
  it('drop the folder that holds everything, and what systems leave behind', () => {
    expect(tidy(paths('digits/train/3/a.png', 'digits/test/4/b.png', 'digits/.DS_Store'))).toEqual({ files: paths('train/3/a.png', 'test/4/b.png'), source: 'digits' });
  });
  it('keep several folders as they are', () => {
    expect(tidy(paths('cat/a.png', 'dog/b.png'))).toEqual({ files: paths('cat/a.png', 'dog/b.png') });
    expect(tidy(paths('a.png'))).toEqual({ files: paths('a.png') });
  });
  it('keep a folder that names a split', () => {
    expect(tidy(paths('train/3/a.png', 'train/4/b.png'))).toEqual({ files: paths('train/3/a.png', 'train/4/b.png'), source: 'train' });
  });
  it('speak for a format', () => {
    expect(guessFormat(['a.jsonl', 'b.JSONL'])).toBe('jsonl');
    expect(guessFormat(['a.csv'])).toBe('csv');
    expect(guessFormat(['a.csv', 'b.png'])).toBe('folder');
    expect(guessFormat([])).toBe('folder');
  });
  it('give labels by folder, below the split', () => {
    expect([...labelsOfFolders(['train/cat/1.png', 'test/cat/2.png', 'dog/3.png', '4.png'])]).toEqual([['cat', 2], ['dog', 1]]);
  });
  it('travel in bounded batches', () => {
    const files = [5, 5, 5, 50, 1].map((size) => ({ file: { size } }));
    expect(batches(files, 2, 12).map((batch) => batch.length)).toEqual([2, 1, 1, 1]);
  });
});
