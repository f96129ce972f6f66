import { describe, expect, test } from 'vitest';
import { START, tokensOf } from '../../../../src/train/self-contained/tokens.js';

const tokens = (text: string): string[] => tokensOf(text).slice(1);

test('every text begins with a token of its own, an empty one too', () => {
  expect(tokensOf('')).toEqual([START]);
  expect(tokensOf('hi')).toEqual([START, 'hi']);
});

describe('cuts a text into', () => {
  test.each([
    ['words, in lower case', 'I LOVE it', ['i', 'love', 'it']],
    ['words with their apostrophe', "don't don’t 'quoted'", ["don't", 'don’t', 'quoted']],
    ['words of other scripts, whose case it leaves alone', 'Ça МИР 世界', ['Ça', 'МИР', '世界']],
    ['combining marks with their letter', 'e\u0301te', ['e\u0301te']],
    ['marks, three at most', 'hm!!!!?', ['hm', '!!!', '!?']],
    ['emoticons', ':) :-( <3 ^_^ -_- ;_;', [':)', ':-(', '<3', '^_^', '-_-', ';_;']],
    ['hearts that are escaped', '&lt;3 &amp;', ['&lt;3', '&amp;']],
    ['single pictographs', '😀😀👍🏽', ['😀', '😀', '👍', '🏽']],
  ])('%s', (_, text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });
});

describe('lets no address and no name through', () => {
  test.each([
    ['hi @Some_One99!', ['hi', '@', '!']],
    ['.@name: yes', ['.', '@', 'yes']],
    ['@имя hi', ['@', 'hi']],
    ['a@name', ['a', '@']],
    ['Jane.Doe@Mail.org now', ['@', 'now']],
    ['see HTTPS://x.com/Jane?a=b now', ['see', '/', 'now']],
    ['www.jane.org', ['/']],
    ['bit.ly/jane', ['/']],
  ])('%s', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });
});

test('half a surrogate pair is what UTF-8 makes of it', () => {
  expect(tokens('a\uD800b')).toEqual(tokens('a\uFFFDb'));
});

test('a token is short, whatever the text: the graph pays for the longest', () => {
  for (const part of ['a', 'é', "a'", '!', ':', ':)', '😀', '-_', '@a', 'http://', 'a.', '&', 'x@', '\u0301']) {
    const found = tokens(part.repeat(10_000 / part.length));
    expect(Math.max(0, ...found.map(({ length }) => length))).toBeLessThanOrEqual(33);
  }
});

test('stays fast on 10,000 characters made to be slow', () => {
  const start = performance.now();
  for (const part of ['a', 'a.', '&', '@', ':', 'http', '-_', 'a@a.', 'a-', ';_', ')']) {
    tokensOf(part.repeat(10_000 / part.length));
  }
  expect(performance.now() - start).toBeLessThan(1000);
});
