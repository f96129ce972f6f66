import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli, type Outcome } from '../support/cli.js';
import { CASES } from './cases/index.js';
import { closeLanes, openLanes, type Lanes } from './support/lanes.js';
import { CREDENTIALS } from './support/student-stack.js';
import { withStack, type VerifyFlags } from './support/verify-case.js';

let lanes: Lanes;

beforeAll(async () => {
  lanes = await openLanes();
});

afterAll(() => closeLanes(lanes));

/** What the built CLI says of the stack of a case. */
async function verify(id: string, ...flags: string[]): Promise<Outcome> {
  const one = CASES.find((candidate) => candidate.id === id);
  if (!one) throw new Error(`there is no case ${id}`);
  return withStack(lanes, one, (_, said) =>
    runCli(['verify', ...argumentsFor(said), ...flags], {
      cwd: tmpdir(),
      env: { FORTRESS_PASSWORD: CREDENTIALS.password },
    }),
  );
}

const argumentsFor = ({ url, http, ca, composeProject, user }: VerifyFlags): string[] => [
  '--url',
  url,
  '--http',
  http,
  '--ca',
  ca,
  '--compose-project',
  composeProject,
  '--user',
  user,
];

interface Document {
  results: { id: string; verdict: string }[];
}

it('fortress verify --url passes a right solution', async () => {
  const { exitCode, output } = await verify('base', '--only', 'proxy,tls,http,auth.ok,ab,entry,target');
  expect(output).not.toContain(CREDENTIALS.password);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
});

it('fortress verify --url catches a sabotage, names the check, and exits with 1', async () => {
  const { exitCode, stdout } = await verify('auth-debug-bypass', '--only', 'auth,tls.trust', '--json');
  const { results } = JSON.parse(stdout) as Document;
  expect(Object.fromEntries(results.map(({ id, verdict }) => [id, verdict]))).toEqual({
    'tls.trust': 'pass',
    'auth.required': 'fail',
    'auth.paths': 'pass',
    'auth.ok': 'pass',
  });
  expect(exitCode).toBe(1);
});
