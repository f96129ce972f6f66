import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { readDataset } from '../../../src/train/dataset.js';
import { temporaryFile, toCsv } from './sample-data.js';

const COLUMNS = { text: 'content', label: 'sentiment' };
const read = async (content: string): ReturnType<typeof readDataset> =>
  readDataset(await temporaryFile('data.csv', content), COLUMNS);

test('reads quoted fields, line breaks, a byte order mark and columns in any order', async () => {
  const csv = `\uFEFFsentiment,id,content\r\nb,1,"say ""hi"",\nplease"\r\na,2,plain\r\n`;
  const { texts, labels, classes, sha256 } = await read(csv);
  expect(texts).toEqual(['say "hi",\nplease', 'plain']);
  expect(labels).toEqual(['a', 'b']);
  expect([...classes]).toEqual([1, 0]);
  expect(sha256).toMatch(/^[\da-f]{64}$/);
});

describe('refuses with exit code 2', () => {
  test('a missing file', async () => {
    await expect(readDataset('/nowhere/data.csv', COLUMNS)).rejects.toMatchObject({
      exitCode: ExitCode.usage,
      message: expect.stringContaining('/nowhere/data.csv'),
    });
  });

  test.each([
    [
      'a missing column, naming those that exist',
      'id,text\n1,x\n',
      { message: expect.stringContaining('"content"'), why: expect.stringContaining('id, text') },
    ],
    ['an empty file', '', { why: 'The file is empty.' }],
    ['a header alone', 'content,sentiment\n', { why: 'There are no data rows.' }],
    [
      'a single label',
      toCsv([
        ['content', 'sentiment'],
        ['x', 'a'],
        ['y', 'a'],
      ]),
      { message: expect.stringContaining('1 different labels') },
    ],
    [
      'rows without text',
      toCsv([
        ['content', 'sentiment'],
        ['x', 'a'],
        [' ', 'b'],
        ['', 'a'],
      ]),
      { message: expect.stringContaining('2 of 3 rows have an empty "content"'), why: expect.stringContaining('2, 3') },
    ],
    [
      'rows without a label',
      toCsv([
        ['content', 'sentiment'],
        ['x', 'a'],
        ['y', ''],
      ]),
      { message: expect.stringContaining('empty "sentiment"') },
    ],
    ['rows of another length', 'content,sentiment\nx,a,b\n', { message: expect.stringContaining('not a valid CSV') }],
    ['an open quote', 'content,sentiment\n"x,a\n', { message: expect.stringContaining('not a valid CSV') }],
  ])('%s', async (_, content, expected) => {
    await expect(read(content)).rejects.toMatchObject({ exitCode: ExitCode.usage, ...expected });
  });
});
