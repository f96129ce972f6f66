import { expect, test } from 'vitest';
import { parseNginx } from '../../../../src/import/nginx/parse.js';

const wordsOf = (text: string): string[][] => parseNginx(text, 'n.conf').map(({ name, args }) => [name, ...args]);

test('words are told apart as nginx does', () => {
  expect(wordsOf('a "b c" \'d;{\' "e\\"f" g#h ${i}; # k;\n"l" "~^\\w+$";')).toEqual([
    ['a', 'b c', 'd;{', 'e"f', 'g#h', '${i}'],
    ['l', '~^\\w+$'],
  ]);
});

test('a backslash keeps what ends a word', () => {
  expect(wordsOf(String.raw`a b\;c\ d;`)).toEqual([['a', String.raw`b\;c\ d`]]);
});

test('directives know their file and line, also inside of blocks', () => {
  const [http] = parseNginx('http {\n\n  server {\n listen 80; } }', 'n.conf');
  expect(http?.block?.[0]?.block?.[0]).toEqual({ name: 'listen', args: ['80'], block: null, file: 'n.conf', line: 4 });
});

test('the program of a Lua block is no configuration', () => {
  expect(wordsOf('content_by_lua_block { f { y = 1 } } a b;')).toEqual([['content_by_lua_block'], ['a', 'b']]);
});

test.each([
  ['a {', 'n.conf:1: found "a {", which is not closed by "}"'],
  ['a b', 'n.conf:1: found "a", which is not ended by ";"'],
  ['a\n{ b }', 'n.conf:2: found "}" where "b" is not ended by ";"'],
  ['\n;', 'n.conf:2: found ";" without a directive before it'],
  ['a {'.repeat(40), 'n.conf:1: found more than 32 blocks inside one another'],
])('%j is refused', (text, message) => {
  expect(() => parseNginx(text, 'n.conf')).toThrow(message);
});
