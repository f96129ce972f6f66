import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FortressConfig } from '../../../src/config/types.js';
import { FortressError } from '../../../src/errors.js';
import { differences, harmless, make, rightConfig, type Made } from './any-config.js';
import { MATERIALS } from './fixture.js';

// A configuration either is refused, and told where it is wrong, or becomes files of the same structure as one
// without a single odd character in it. There is nothing in between, and nothing else may happen.

/** Any but those that texts of several lines have. */
const CONTROL = /[^\P{Cc}\t\n]|[\u2028\u2029]/u;

type Outcome = { made: Made } | { refusal: string; exitCode: number };

/** @throws whatever is no refusal */
function outcomeOf(input: unknown): Outcome {
  try {
    return { made: make(input) };
  } catch (error) {
    if (!(error instanceof FortressError)) throw error;
    return { refusal: `${error.message}\n${error.why ?? ''}`, exitCode: error.exitCode };
  }
}

test('a right configuration has the structure of a harmless one, whatever its texts are', () => {
  fc.assert(
    fc.property(rightConfig, (config) => {
      const made = make(config);
      expect(differences(made, make(harmless(config)))).toEqual([]);
      expect(Object.values(made.files).filter((text) => CONTROL.test(text))).toEqual([]);
      expect(JSON.stringify(made.services)).not.toMatch(/\\[nru]/);
    }),
    { numRuns: 100 },
  );
}, 60_000);

/** With passwords that no other text holds. */
const withSecrets = (config: FortressConfig): FortressConfig => ({
  ...config,
  gateway: { ...config.gateway, users: [{ name: 'ana', password: 'THE PASSWORD OF ANA' }] },
  monitoring: config.monitoring && { ...config.monitoring, grafana: { password: 'THE PASSWORD OF GRAFANA' } },
});

test('no secret is in what a container is made of, nor in a file that is shown', () => {
  const { key, htpasswd, probeToken, hashKey, grafanaPassword } = MATERIALS;
  const secrets = [
    key,
    htpasswd,
    probeToken,
    hashKey,
    grafanaPassword,
    'THE PASSWORD OF ANA',
    'THE PASSWORD OF GRAFANA',
  ];
  fc.assert(
    fc.property(rightConfig, (config) => {
      const { shown } = make(withSecrets(config));
      expect(secrets.filter((secret) => secret === null || shown.includes(secret))).toEqual([]);
    }),
    { numRuns: 50 },
  );
}, 60_000);

type Path = (string | number)[];

/** Where texts and numbers are in a configuration. */
const leavesOf = (value: unknown, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null
    ? (Array.isArray(value) ? [...value.entries()] : Object.entries(value)).flatMap(([key, inner]) =>
        leavesOf(inner, [...path, key]),
      )
    : [path];

function replacedAt(value: unknown, [step, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => (index === step ? replacedAt(inner, rest, change) : inner));
  const object = value as Record<string, unknown>;
  return { ...object, [step]: replacedAt(object[step], rest, change) };
}

const keyPath = (path: Path): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join('');

const HOSTILE = [
  '"',
  "'",
  ';',
  '{',
  '}',
  '\n',
  '\r\n',
  '\0',
  '#',
  '\\',
  '$',
  '`',
  ' ',
  '\t',
  ': ',
  '%',
  '\u2028',
  '<%',
];
const piece = fc.oneof(
  fc.array(fc.constantFrom(...HOSTILE, 'a', '}\n}', '; include /etc/passwd;', '\n  - x: y'), {
    minLength: 1,
    maxLength: 4,
  }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }).map((text) => [text]),
);

/** What is wrong with the outcome of a configuration that has something odd at a path. */
function faultsOf(outcome: Outcome, odd: FortressConfig, path: Path): string[] {
  if ('made' in outcome) return differences(outcome.made, make(harmless(odd)));
  const faults = outcome.refusal.includes(keyPath(path)) ? [] : [`${keyPath(path)} is not in: ${outcome.refusal}`];
  return outcome.exitCode === 2 ? faults : [...faults, `exit code ${outcome.exitCode}`];
}

test('one odd text is refused by its key, or harms nothing', () => {
  let refused = 0;
  const somewhere = fc.tuple(rightConfig, fc.nat(), fc.nat(30), piece);
  fc.assert(
    fc.property(somewhere, ([config, which, at, parts]) => {
      const leaves = leavesOf(config);
      const path = leaves[which % leaves.length] ?? [];
      const odd = replacedAt(config, path, (old) =>
        typeof old === 'string' ? old.slice(0, at) + parts.join('') + old.slice(at) : parts.join(''),
      ) as FortressConfig;
      const outcome = outcomeOf(odd);
      if ('refusal' in outcome) refused += 1;
      expect(faultsOf(outcome, odd, path)).toEqual([]);
    }),
    { numRuns: 100 },
  );
  expect(refused).toBeGreaterThan(20);
}, 60_000);

test('anything at all in the place of a value is refused with exit code 2, or made', () => {
  const anything = fc.anything({
    withBigInt: true,
    withNullPrototype: true,
    withDate: true,
    withMap: true,
    withSparseArray: true,
  });
  fc.assert(
    fc.property(rightConfig, fc.nat(), anything, (config, which, value) => {
      const leaves = leavesOf(config);
      const path = leaves[which % leaves.length] ?? [];
      const depth = which % (path.length + 1);
      const outcome = outcomeOf(replacedAt(config, path.slice(0, depth), () => value));
      expect('made' in outcome ? 2 : outcome.exitCode).toBe(2);
    }),
    { numRuns: 100 },
  );
}, 60_000);
