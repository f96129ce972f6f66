import { describe, expect, it } from 'vitest';
import { blocksIn, withoutComments } from '../../../src/nginx/blocks.js';

describe('withoutComments', () => {
  it.each([
    ['# all of it', ''],
    ['least_conn; # not ip_hash;', 'least_conn; '],
    ['least_conn;#not ip_hash;', 'least_conn;'],
    ['server { #a {\n}', 'server { \n}'],
    ['return 302 http://a/#top;', 'return 302 http://a/#top;'],
    ['add_header X "a # b"; # c', 'add_header X "a # b"; '],
    [`log_format m '"# $x'; # it's`, `log_format m '"# $x'; `],
    ['set $x "\\" # no"; # yes', 'set $x "\\" # no"; '],
    ["return 200 it's; # a\n# b's\nallow all;", "return 200 it's; \n\nallow all;"],
  ])('%j', (text, rest) => {
    expect(withoutComments(text)).toBe(rest);
  });
});

describe('blocksIn', () => {
  it('reads to the brace that closes, or to the end', () => {
    const opening = /a (\w) \{/g;
    const found = blocksIn('a x { b { c } } d a y { e', opening);
    expect(found.map(({ opening: [, name], body }) => [name, body])).toEqual([
      ['x', ' b { c } '],
      ['y', ' '],
    ]);
  });
});
