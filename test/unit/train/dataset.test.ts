import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../../src/errors.js';
import { readDataset } from '../../../src/train/dataset.js';
import { temporaryFile, toCsv } from './sample-data.js';

const COLUMNS = { text: 'content', label: 'sentiment' };
const read = async (content: string | Buffer): ReturnType<typeof readDataset> =>
  readDataset(await temporaryFile('data.csv', content), COLUMNS);

const wide = (labels: number): string =>
  toCsv([['content', 'sentiment'], ...Array.from({ length: labels }, (_, row) => ['x', `label ${row}`])]);

test('reads quoted fields, line breaks, a byte order mark and columns in any order', async () => {
  const csv = `\uFEFFsentiment,id,content\r\nb,1,"say ""hi"",\nplease"\r\na,2,plain\r\n`;
  const { texts, labels, classes, sha256 } = await read(csv);
  expect(texts).toEqual(['say "hi",\nplease', 'plain']);
  expect(labels).toEqual(['a', 'b']);
  expect([...classes]).toEqual([1, 0]);
  expect(sha256).toMatch(/^[\da-f]{64}$/);
});

test.each([
  ['semicolons', 'content;sentiment\n"a;b, c";x\nd;y\n'],
  ['semicolons under a header with more commas', 'content;sentiment;1,2,3,4\n"a;b, c";x;\nd;y;\n'],
  ['tabs', 'content\tsentiment\na;b, c\tx\nd\ty\n'],
  ['a header of one system and rows of another', 'content,sentiment\n"a;b, c",x\r\nd,y\r\n'],
  ['the same the other way round', 'content,sentiment\r\n"a;b, c",x\nd,y\n'],
  ['old Mac line ends', 'content,sentiment\r"a;b, c",x\rd,y\r'],
])('reads %s', async (_, csv) => {
  expect(await read(csv)).toMatchObject({ texts: ['a;b, c', 'd'], labels: ['x', 'y'] });
});

test('takes labels of any kind, numbers in their order', async () => {
  const odd = ['say "hi"', 'a|b', 'two\nlines', '😀', '<b>&', '__proto__', 'x'.repeat(5000)];
  const { labels } = await read(toCsv([['content', 'sentiment'], ...odd.map((label) => ['x', label])]));
  expect(labels).toEqual(odd.toSorted());
  const stars = await read(toCsv([['content', 'sentiment'], ...['10', '9', '-1', '1.5'].map((label) => ['x', label])]));
  expect(stars.labels).toEqual(['-1', '1.5', '9', '10']);
});

test('reads 100,000 rows', async () => {
  const rows = Array.from({ length: 100_000 }, (_, row) => [`text ${row}`, `label ${row % 3}`]);
  expect((await read(toCsv([['content', 'sentiment'], ...rows]))).texts).toHaveLength(100_000);
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
    [
      'rows of another length, naming the line',
      'content,sentiment\nx,a\ny,a,b\n',
      { message: expect.stringContaining('not a valid CSV'), why: expect.stringMatching(/2 fields.*got 3 on line 3/) },
    ],
    [
      'two columns of the name',
      'content,sentiment,content\nx,a,y\n',
      { message: expect.stringContaining('more than one column "content"') },
    ],
    ['as many labels as rows, if many', wide(1001), { message: expect.stringContaining('1001 different labels') }],
    ['an open quote', 'content,sentiment\n"x,a\n', { message: expect.stringContaining('not a valid CSV') }],
  ])('%s', async (_, content, expected) => {
    await expect(read(content)).rejects.toMatchObject({ exitCode: ExitCode.usage, ...expected });
  });
});

const TABLE = 'content,sentiment\nnaïve,a\nb,c\n';
const LITTLE = Buffer.from(TABLE, 'utf16le');

describe('refuses what is not UTF-8 text', () => {
  test.each([
    ['UTF-16 with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), LITTLE]), /encoded in UTF-16/, /iconv -f UTF-16/],
    ['UTF-16 without one', LITTLE, /encoded in UTF-16/, /iconv -f UTF-16/],
    ['big-endian UTF-16', Buffer.concat([Buffer.from([0xfe, 0xff]), LITTLE.swap16()]), /encoded in UTF-16/, /iconv/],
    ['Latin-1, naming the line', Buffer.from(TABLE, 'latin1'), /not encoded in UTF-8/, /WINDOWS-1252/],
    ['NUL bytes, naming the line', Buffer.from(TABLE.replace('b', 'b\0')), /NUL byte in line 3/, /tr -d/],
    ['a workbook', Buffer.from('PK\u0003\u0004rest'), /Excel workbook/, /as CSV/],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0]), /gzip/, /as CSV/],
  ])('%s', async (_, content, message, hint) => {
    const error: unknown = await read(content).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      exitCode: ExitCode.usage,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('the first line that cannot be read', async () => {
    await expect(read(Buffer.from(TABLE, 'latin1'))).rejects.toMatchObject({ why: expect.stringContaining('Line 2') });
  });
});

test('refuses one column as both text and label', async () => {
  const file = await temporaryFile('data.csv', TABLE);
  await expect(readDataset(file, { text: 'content', label: 'content' })).rejects.toMatchObject({
    exitCode: ExitCode.usage,
    message: expect.stringContaining('--text and --label'),
  });
});
