import { describe, expect, test } from 'vitest';
import { Token, mask, normalize } from '../../../src/model/normalize.js';

const fold = (text: string): string => normalize(mask(text));
const compact = (text: string): string => fold(text).trim().replace(/\s+/g, ' ');

describe('normalize', () => {
  test.each([
    ['Hello @some_one, hi', `hello ${Token.user} , hi`],
    ['.@Name99: yes', `. ${Token.user} : yes`],
    ['or JANE@MAIL.ORG', `or ${Token.user}`],
    ['write to Jane.Doe@Mail.example.org now', `write to ${Token.user} .org now`],
  ])('lets no user name through: %s', (text, expected) => {
    expect(compact(text)).toBe(expected);
  });

  test.each(['http://x.com/a?b=c', 'HTTPS://T.co/abc', 'www.site.org', 'Bit.LY/abc'])('masks the address %s', (url) => {
    expect(compact(`look ${url} now`)).toBe(`look ${Token.url} now`);
  });

  test.each([
    ['Tom &amp; Jerry', 'tom & jerry'],
    ['I &amp;lt;3 you', `i ${Token.heart} you`],
    ['&#39;so&#x27; &unknown; &#99999999;', "'so' &unknown; &#99999999;"],
    ['&#1114112;', '&#1114112;'],
  ])('resolves HTML entities twice: %s', (text, expected) => {
    expect(compact(text)).toBe(expected);
  });

  test.each([
    [':)', Token.happy],
    ['=]', Token.happy],
    [':-(', Token.sad],
    ['=[', Token.sad],
    [":'(", Token.sad],
    [':D', Token.laugh],
    ['xD', Token.laugh],
    [';-)', Token.wink],
    [':P', Token.tongue],
    ['<3', Token.heart],
    [':/', Token.unsure],
    [':o', Token.surprised],
    ['-_-', Token.annoyed],
  ])('folds the emoticon %s', (emoticon, token) => {
    expect(compact(`well ${emoticon}`)).toBe(`well ${token}`);
  });

  test.each(['at 10:30', 'ratio 3:0', 'note: done', 'a/b', '<30 people'])('takes "%s" for no emoticon', (text) => {
    expect(fold(text)).toBe(text);
  });

  test('cuts elongations to two and leaves numbers alone', () => {
    expect(fold('SOOOOO goooood!!!! 1000 aa')).toBe('soo good!! 1000 aa');
  });

  test('stays fast on 10,000 characters made to be slow', () => {
    const start = performance.now();
    for (const part of ['a', 'a.', '&', '@', ':', 'http', '-_', 'a@a.', 'a-', ';_', ')']) {
      fold(part.repeat(10_000 / part.length));
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

test('mask keeps upper case, which the style is read from', () => {
  expect(mask('OH @Someone &amp; Co')).toBe(`OH  ${Token.user}  & Co`);
});
