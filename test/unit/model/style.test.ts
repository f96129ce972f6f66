import { expect, test } from 'vitest';
import { mask } from '../../../src/model/normalize.js';
import { styleOf } from '../../../src/model/style.js';

const TRAITS = [
  'length',
  'exclamations',
  'questions',
  'ellipses',
  'stops',
  'elongations',
  'shouted',
  'capitals',
  'reply',
  'users',
  'urls',
  'ending',
];

const traitsOf = (text: string, words = 3): Record<string, number> =>
  Object.fromEntries(styleOf(mask(text), words).map((value, trait) => [TRAITS[trait], value]));

const PLAIN = traitsOf('all is calm');

test.each([
  ['ALL is calm', { shouted: 1, capitals: 5 }],
  ['All is calm', { capitals: 3 }],
  ['all I calm', { capitals: 3 }],
  ['all is calm!!', { exclamations: 2, stops: 1, ending: 33 }],
  ['all? is? calm', { questions: 2, stops: 2 }],
  ['all... is.. calm.', { ellipses: 2, stops: 3, ending: 46 }],
  ['aaaall is calmmm', { elongations: 2 }],
  ['@someone all is calm', { reply: 1, users: 1 }],
  ['all is calm @a @b', { users: 2, ending: 0 }],
  ['all http://x.org/A is calm', { urls: 1 }],
  ['all is calm 12', { ending: 0 }],
  ['12 34', { capitals: -1, ending: 0 }],
])('%s differs from a plain text in its traits only', (text, traits) => {
  expect(traitsOf(text)).toEqual({ ...PLAIN, ...traits });
});

test('spaces around the text mean nothing', () => {
  expect(traitsOf('  all is calm\n')).toEqual(PLAIN);
});

test('counts are cut off and lengths put into steps', () => {
  expect(traitsOf('!'.repeat(10_000))).toMatchObject({ exclamations: 6, stops: 1 });
  expect(traitsOf('one. '.repeat(100))).toMatchObject({ stops: 5, ending: 46 });
  expect(traitsOf('all is calm', 16)).toEqual(traitsOf('all is calm', 17));
  expect(traitsOf('all is calm', 16)).not.toEqual(traitsOf('all is calm', 30));
});
