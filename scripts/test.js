// Runs every check and test, one after the other, and stops at the first that is red. The last line
// counts the tests that ran: "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const REPORTS = 'node_modules/.cache/fortress-tests';

const suite = (project, extra = {}) => ({
  name: `${project} tests`,
  extra,
  command: [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportOf(project)}`,
  ],
  report: reportOf(project),
});

const STAGES = [
  { name: 'type-check', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', command: ['oxlint', '--deny-warnings'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'unused code (knip)', command: ['knip'] },
  { name: 'package (publint)', command: ['publint', '--strict'] },
  suite('unit'),
  suite('integration'),
  suite('e2e'),
  // Takes minutes as a whole: `npm run test:sabotage`.
  suite('sabotage', { SABOTAGE_CASES: 'fast' }),
  // The same: `npm run test:chaos`.
  suite('chaos', { CHAOS: 'fast' }),
];

function reportOf(project) {
  return join(REPORTS, `${project}.json`);
}

/** Without a terminal, or in CI, nobody wants colours or a screen that redraws itself. */
function environment(tool, extra) {
  const { CI, ...rest } = { ...process.env, ...extra };
  if (CI !== 'true' && process.stdout.isTTY) return { ...process.env, ...extra };
  // oxlint colours its output wherever CI is set, whatever else is.
  return tool === 'oxlint' ? { ...rest, NO_COLOR: '1' } : { ...rest, CI: 'true', NO_COLOR: '1' };
}

function runStage({ name, command: [tool, ...parameters], extra }) {
  console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  const { status, error, signal } = spawnSync(join('node_modules/.bin', tool), parameters, {
    stdio: 'inherit',
    env: environment(tool, extra),
  });
  if (error) throw error;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`=== ${name}: ${status === 0 ? 'ok' : `RED (${signal ?? `exit code ${status}`})`}, ${seconds} s`);
  return status === 0;
}

/**
 * Reads what vitest counted. A file that could not even be loaded counts as one failed test, and so
 * does a run that ended before it could count. */
function countTests(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length, skipped: numPendingTests + numTodoTests };
}

function total(stages) {
  const sums = { passed: 0, failed: 0, skipped: 0 };
  for (const { report } of stages) {
    if (report === undefined) continue;
    const counts = countTests(report);
    for (const key of Object.keys(sums)) sums[key] += counts[key];
  }
  return sums;
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const ran = [];
let red;
for (const stage of STAGES) {
  ran.push(stage);
  if (runStage(stage)) continue;
  red = stage;
  break;
}
const { passed, failed, skipped } = total(ran);
console.log();
if (red !== undefined) console.log(`stopped at the first red stage: ${red.name}`);
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = red === undefined ? 0 : 1;
