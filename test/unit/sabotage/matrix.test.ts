import { expect, it } from 'vitest';
import type { SabotageCase } from '../../sabotage/support/sabotage-case.js';
import { formatMatrix, markdownMatrix, type CaseRun } from '../../sabotage/support/matrix.js';
import type { Outcome } from '../../sabotage/support/outcome.js';

const outcome = (kind: Outcome['kind'], found: Outcome['found'], more: Partial<Outcome> = {}): Outcome => ({
  check: 'rate.limit',
  expected: ['fail'],
  found,
  kind,
  summary: 'what was found',
  ...more,
});

const run = (id: string, kind: SabotageCase['kind'], outcomes: Outcome[], error?: string): CaseRun => ({
  one: { id, kind, what: 'something' },
  outcomes,
  ...(error !== undefined && { error }),
});

it('has a line for each case and counts verdicts', () => {
  const matrix = formatMatrix([
    run('rate-none', 'sabotage', [outcome('caught', 'fail')]),
    run('base', 'variant', [
      outcome('right', 'pass', { check: 'auth.ok', expected: ['pass'] }),
      outcome('false alarm', 'fail', { check: 'auth.paths', expected: ['pass', 'warn'] }),
    ]),
    run('broken', 'variant', [], 'Error: nginx has exited'),
  ]);
  expect(matrix.split('\n')).toEqual([
    '',
    'rate-none  sabotage  rate.limit fail caught',
    'base       variant   auth.ok pass right · auth.paths fail FALSE ALARM (expected pass or warn)',
    'broken     variant   did not start',
    '',
    'base: auth.paths false alarm: what was found',
    '3 runs, 3 verdicts: 1 caught, 1 right, 0 missed, 1 false alarm, 0 blind, 0 undecided; 1 did not start',
  ]);
});

const lineOf = (verdicts: Outcome[]): string | undefined =>
  formatMatrix(verdicts.map((one) => run('rate-none', 'sabotage', [one]))).split('\n')[1];

it('puts the runs of one case into one line, with counts', () => {
  const outcomes = [outcome('caught', 'fail'), outcome('undecided', 'inconclusive'), outcome('caught', 'fail')];
  expect(lineOf(outcomes)).toBe('rate-none  sabotage  rate.limit 2 caught, 1 undecided');
  expect(lineOf([...outcomes, outcome('missed', 'pass')])).toBe(
    'rate-none  sabotage  rate.limit 2 caught, 1 undecided, 1 MISSED (expected fail)',
  );
});

it('is two tables for the documentation', () => {
  const runs = [
    run('base', 'variant', [outcome('blind', 'inconclusive', { expected: ['pass'] })]),
    run('rate-none', 'sabotage', [outcome('caught', 'fail'), outcome('right', 'pass', { check: 'auth.ok' })]),
  ];
  expect(markdownMatrix(runs).split('\n')).toEqual([
    '| sabotage | what is changed | verdicts |',
    '| --- | --- | --- |',
    '| `rate-none` | something | `rate.limit` fail, `auth.ok` pass |',
    '',
    '| variant | what is changed | verdicts |',
    '| --- | --- | --- |',
    '| `base` | something | `rate.limit` inconclusive (**blind**) |',
    '',
    '2 runs, 3 verdicts: 1 caught, 1 right, 0 missed, 0 false alarm, 1 blind, 0 undecided.',
    '',
  ]);
});
