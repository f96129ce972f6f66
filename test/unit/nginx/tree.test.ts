import { expect, test } from 'vitest';
import { formatNginx, parseNginx, rewrite } from '../../../src/nginx/tree.js';
import { nginxText } from '../render/fixture.js';
import { parseNginx as readAsNginxDoes } from '../render/nginx-syntax.js';

test('what is written again means the same to nginx', () => {
  const configuration = nginxText({ routes: [{ header: 'X-Group', value: 'debug', to: 'v2' }, { to: 'v1' }] });
  expect(readAsNginxDoes(formatNginx(parseNginx(configuration)))).toEqual(readAsNginxDoes(configuration));
});

test.each([
  [`log '{"a":"$b"}'; next on;`],
  ['map $a $b { "~^[\\w.:-]{1,128}$" "x;y"; default ""; }'],
  ['location ~ ^/(a|b)\\.js$ { return 200 "it\\"s } {"; }'],
  ['set $a ${b}c; # "a comment; with { } and quotes'],
  ['root /srv/#1/it"s;'],
])('%s', (configuration) => {
  expect(readAsNginxDoes(formatNginx(parseNginx(configuration)))).toEqual(readAsNginxDoes(configuration));
});

test('a change sees blocks whose own directives are changed already', () => {
  const tree = parseNginx('server { a; location / { a; b; } }');
  const seen: string[] = [];
  const changed = rewrite(tree, (directive) => {
    seen.push(directive.words[0] ?? '');
    return directive.words[0] === 'a' ? [] : [directive];
  });
  expect(formatNginx(changed)).toBe('server {\n    location / {\n        b;\n    }\n}\n');
  expect(seen).toEqual(['a', 'a', 'b', 'location', 'server']);
});
