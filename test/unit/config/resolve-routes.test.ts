import { describe, expect, test } from 'vitest';
import { resolveRoutes } from '../../../src/config/resolve-routes.js';
import type { RouteConfig } from '../../../src/config/types.js';

const routes = (rules: RouteConfig[] | undefined, apis = ['v1', 'v2']) => resolveRoutes(rules, apis);

test('without any, the debug header leads to v2 where there is one, and all else to v1', () => {
  expect(routes(undefined)).toEqual({
    default: 'v1',
    rules: [{ header: 'X-Experiment-Group', value: 'debug', to: 'v2' }],
    weights: [],
  });
  expect(routes(undefined, ['v1'])).toEqual({ default: 'v1', rules: [], weights: [] });
  expect(routes(undefined, ['stable', 'canary'])).toEqual({ default: 'stable', rules: [], weights: [] });
  expect(routes(undefined, ['v2'])).toEqual({ default: 'v2', rules: [], weights: [] });
});

test('keep their order, with the default at the end', () => {
  const a = { header: 'X-A', value: '1', to: 'v2' };
  const b = { header: 'X-B', value: '2', to: 'v1' };
  expect(routes([a, b, { to: 'v2' }])).toEqual({ default: 'v2', rules: [a, b], weights: [] });
});

test('take weights of the clients that no header rule took, as many as leave one percent to the default', () => {
  const header = { header: 'X-A', value: '1', to: 'v2' };
  expect(routes([header, { weight: 10, to: 'v2' }, { to: 'v1' }])).toEqual({
    default: 'v1',
    rules: [header],
    weights: [{ percent: 10, to: 'v2' }],
  });
  const several: RouteConfig[] = [{ weight: 90, to: 'v2' }, { weight: 9, to: 'v3' }, { to: 'v1' }];
  expect(routes(several, ['v1', 'v2', 'v3']).weights).toEqual([
    { percent: 90, to: 'v2' },
    { percent: 9, to: 'v3' },
  ]);
});

describe('are refused', () => {
  test.each<[string, RouteConfig[], string]>([
    ['to an unknown API', [{ to: 'v3' }], 'routes[0].to: found "v3"; expected one of apis: v1, v2'],
    ['to an odd name', [{ to: '\u001b[2J' }], 'routes[0].to: found "\\u001b[2J"; expected one of apis: v1, v2'],
    [
      'to an unknown API by weight',
      [{ weight: 5, to: 'v3' }, { to: 'v1' }],
      'routes[0].to: found "v3"; expected one of apis: v1, v2',
    ],
    [
      'with two defaults',
      [{ to: 'v1' }, { to: 'v2' }],
      'routes: found 2 rules without header and weight; expected one, the default, at the end',
    ],
    [
      'without a default',
      [
        { header: 'X-A', value: '1', to: 'v2' },
        { weight: 99, to: 'v2' },
      ],
      'routes: found 0 rules without header and weight; expected one, the default, at the end',
    ],
    [
      'with rules after the default, which would never be asked',
      [{ to: 'v1' }, { header: 'X-A', value: '1', to: 'v2' }],
      'routes: found the rule without header and weight before others; expected one, the default, at the end',
    ],
    [
      'with a header only',
      [{ to: 'v1' }, { header: 'X-A', to: 'v2' }],
      'routes[1]: found only "header"; expected both header and value, or neither',
    ],
    [
      'with a value only',
      [{ value: 'a', to: 'v2' }],
      'routes[0]: found only "value"; expected both header and value, or neither',
    ],
    [
      'with header and weight in one',
      [{ header: 'X-A', value: '1', weight: 10, to: 'v2' }, { to: 'v1' }],
      'routes[0].weight: found 10 beside "header"; expected a rule by header or one by weight',
    ],
    [
      'with value and weight in one',
      [{ value: '1', weight: 10, to: 'v2' }, { to: 'v1' }],
      'routes[0].weight: found 10 beside "value"; expected a rule by header or one by weight',
    ],
    [
      'with a header rule behind a weight, as it would be asked before it',
      [{ weight: 10, to: 'v2' }, { header: 'X-A', value: '1', to: 'v2' }, { to: 'v1' }],
      'routes[1]: found a header rule behind routes[0], which has a weight; expected all header rules first, as they are asked first',
    ],
    [
      'with nothing left for the default',
      [{ weight: 60, to: 'v2' }, { weight: 40, to: 'v2' }, { to: 'v1' }],
      'routes: found weights of 60 + 40 = 100; expected at most 99 together, the rest is for the default "v1"',
    ],
  ])('%s', (_, rules, message) => {
    expect(() => routes(rules)).toThrow(message);
  });
});
