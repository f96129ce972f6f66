import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { FortressConfig } from '../../../src/config/types.js';
import { validateConfig } from '../../../src/config/validate.js';
import { linksOf } from '../../../src/cli/links.js';
import { nginxText, renderService, textOf } from './fixture.js';
import { parseNginx, shapeOf } from './nginx-syntax.js';

// Whatever gets through validation must not be able to add or end a directive: nothing is escaped
// on its way into nginx.conf, so each value's alphabet is all that protects it.

/** What breaks out of things: of nginx.conf, of YAML, of a shell line, of a path. */
const HOSTILE = [
  '"',
  "'",
  ';',
  '{',
  '}',
  '\n',
  '\r',
  '\0',
  '#',
  '\\',
  '$',
  '${',
  '$(',
  '`',
  ' ',
  '\t',
  ': ',
  '- ',
  '%',
  '\u2028',
  '\u00a0',
];
const HARMLESS = ['a', 'B', '0', '-', '.', '_', '/', ':', '@', '::1', '10.0.0.1', '1k', '5s', 'debug', 'default', 'é'];

const splice = (right: string, at: number, piece: string): string => `${right.slice(0, at)}${piece}${right.slice(at)}`;

/** A right value with each hostile piece at each place, one after the other. */
const everyNeighbour = (right: string): string[] =>
  HOSTILE.flatMap((piece) => Array.from({ length: right.length + 1 }, (_, at) => splice(right, at, piece)));

/** A right value with anything put into it, or anything at all. */
function near(right: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.array(fc.constantFrom(...HOSTILE, ...HARMLESS), { maxLength: 4 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  return fc.oneof(
    fc.tuple(fc.nat(right.length), piece).map(([at, text]) => splice(right, at, text)),
    piece,
  );
}

interface Place {
  name: string;
  /** A value that is certainly right there. */
  right: string;
  configWith(value: string): FortressConfig;
}

/** Every text of the configuration that is written into a file. */
const PLACES: Place[] = [
  { name: 'project', right: 'shop', configWith: (value) => ({ project: value }) },
  { name: 'host', right: 'a.example', configWith: (value) => ({ gateway: { hosts: [value, 'z.example'] } }) },
  { name: 'body limit', right: '64k', configWith: (value) => ({ gateway: { bodyLimit: value } }) },
  {
    name: 'name of an API',
    right: 'a',
    configWith: (value) => ({
      apis: { [value]: {}, z: {} },
      routes: [{ header: 'X-A', value: 'a', to: value }, { to: 'z' }],
    }),
  },
  {
    name: 'header',
    right: 'X-A',
    configWith: (value) => ({ routes: [{ header: value, value: 'a', to: 'v2' }, { to: 'v1' }] }),
  },
  {
    name: 'header value',
    right: 'debug',
    configWith: (value) => ({ routes: [{ header: 'X-A', value, to: 'v2' }, { to: 'v1' }] }),
  },
  { name: 'scrape interval', right: '5s', configWith: (value) => ({ monitoring: { scrapeInterval: value } }) },
];

function accepted(config: FortressConfig): boolean {
  try {
    validateConfig(config, 'f');
    return true;
  } catch {
    return false;
  }
}

test.each(PLACES)('no $name can change the structure of a rendered file', ({ right, configWith }) => {
  const nginxShape = shapeOf(parseNginx(nginxText(configWith(right))));
  const prometheusLines = lineCount(prometheusText(configWith(right)));
  let written = 0;
  const check = (value: string): void => {
    const config = configWith(value);
    if (!accepted(config)) return;
    written += 1;
    expect(shapeOf(parseNginx(nginxText(config)))).toBe(nginxShape);
    expect(lineCount(prometheusText(config))).toBe(prometheusLines);
  };
  everyNeighbour(right).forEach(check);
  fc.assert(fc.property(near(right), check));
  expect(written, 'values that got through validation').toBeGreaterThan(0);
});

const prometheusText = (config: FortressConfig): string =>
  textOf(renderService(config, 'prometheus'), 'prometheus.yml');
const lineCount = (text: string): number => text.split(/[\n\r\u2028]/).length;

/** The curl line that people would paste; null when the configuration is refused. */
function curlLine(user: string, host: string): string | null {
  const config: FortressConfig = { gateway: { users: [user], hosts: [host] } };
  return accepted(config) ? linksOf(resolveConfig(config, '/srv/shop'), { grafana: true }).curl : null;
}

const ONE_COMMAND =
  /^curl --cacert [\w./-]+ --user "[A-Za-z0-9._@-]+:\$\(node -p '[^'\n]*'\)" \\\n[^\n]+ \\\n[^\n]+ https:\/\/[\w.:[\]-]+\/predict$/;

test('the curl line for pasting is one command, whatever the user and the host', () => {
  const neighbours = [
    ...everyNeighbour('ann').map((user) => curlLine(user, 'a.example')),
    ...everyNeighbour('a.example').map((host) => curlLine('ann', host)),
  ];
  expect(neighbours.filter((line) => line !== null && !ONE_COMMAND.test(line))).toEqual([]);
  fc.assert(
    fc.property(near('ann'), near('a.example'), (user, host) => {
      expect(curlLine(user, host) ?? curlLine('ann', 'a.example')).toMatch(ONE_COMMAND);
    }),
  );
});
