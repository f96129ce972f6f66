import { isGood, type Outcome, type OutcomeKind } from './outcome.js';
import type { SabotageCase } from './sabotage-case.js';

/** One run of a case; an error when its stack could not even be started. */
export interface CaseRun {
  one: Pick<SabotageCase, 'id' | 'kind' | 'what'>;
  outcomes: Outcome[];
  error?: string;
}

const KINDS: OutcomeKind[] = ['caught', 'right', 'missed', 'false alarm', 'blind', 'undecided'];

/** A line for each case: what each check should have said and said; several runs of one case in one line. */
export function formatMatrix(runs: readonly CaseRun[]): string {
  const ids = [...new Set(runs.map(({ one }) => one.id))];
  const width = Math.max(...ids.map((id) => id.length));
  const lines = ids.map((id) => {
    const same = runs.filter(({ one }) => one.id === id);
    return `${id.padEnd(width)}  ${(same[0]?.one.kind ?? '').padEnd(8)}  ${describe(same)}`;
  });
  return ['', ...lines, '', ...remarks(runs), totals(runs)].join('\n');
}

/** The same as tables for the documentation: what was changed, and what the checks said. */
export const markdownMatrix = (runs: readonly CaseRun[]): string =>
  [...tableOf('sabotage', runs), '', ...tableOf('variant', runs), '', `${totals(runs)}.`, ''].join('\n');

const tableOf = (kind: SabotageCase['kind'], runs: readonly CaseRun[]): string[] => [
  `| ${kind} | what is changed | verdicts |`,
  '| --- | --- | --- |',
  ...runs
    .filter(({ one }) => one.kind === kind)
    .map(({ one, outcomes }) => `| \`${one.id}\` | ${one.what} | ${outcomes.map(cellOf).join(', ')} |`),
];

const cellOf = ({ check, found, kind }: Outcome): string =>
  `\`${check}\` ${found}${kind === 'caught' || kind === 'right' ? '' : ` (**${kind}**)`}`;

function describe(runs: readonly CaseRun[]): string {
  const checks = [...new Set(runs.flatMap(({ outcomes }) => outcomes.map(({ check }) => check)))];
  const broken = runs.filter(({ error }) => error !== undefined).length;
  return [
    ...checks.map((check) =>
      describeCheck(runs.flatMap(({ outcomes }) => outcomes.filter((one) => one.check === check))),
    ),
    ...(broken > 0 ? [`did not start${broken > 1 ? ` (${broken} times)` : ''}`] : []),
  ].join(' · ');
}

/** `rate.limit fail caught`, `auth.ok fail FALSE ALARM (expected pass)`, `rate.limit 19 caught, 1 undecided`. */
function describeCheck(outcomes: readonly Outcome[]): string {
  const bad = outcomes.find((outcome) => !isGood(outcome));
  const expected = bad ? ` (expected ${bad.expected.join(' or ')})` : '';
  const [only, ...more] = outcomes;
  if (!only) return '';
  if (more.length === 0) return `${only.check} ${only.found} ${shown(only)}${expected}`;
  const kinds = [...new Set(outcomes.map(shown))];
  const counts = kinds.map((kind) => `${outcomes.filter((one) => shown(one) === kind).length} ${kind}`);
  return `${only.check} ${counts.join(', ')}${expected}`;
}

const shown = (outcome: Outcome): string => (isGood(outcome) ? outcome.kind : outcome.kind.toUpperCase());

/** What the checks said where their verdict was not the expected one. */
const remarks = (runs: readonly CaseRun[]): string[] =>
  runs.flatMap(({ one, outcomes }) =>
    outcomes
      .filter(({ kind }) => kind !== 'caught' && kind !== 'right')
      .map(({ check, kind, summary }) => `${one.id}: ${check} ${kind}: ${summary}`),
  );

function totals(runs: readonly CaseRun[]): string {
  const verdicts = runs.flatMap(({ outcomes }) => outcomes);
  const counts = KINDS.map((kind) => `${verdicts.filter((outcome) => outcome.kind === kind).length} ${kind}`);
  const errors = runs.filter(({ error }) => error !== undefined).length;
  return `${runs.length} runs, ${verdicts.length} verdicts: ${counts.join(', ')}${errors > 0 ? `; ${errors} did not start` : ''}`;
}
