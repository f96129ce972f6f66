import type { Check, CheckResult } from '../check.js';
import { conclude, expectation, inconclusive, skipped } from '../conclude.js';
import type { DeployedContainer } from '../deployment.js';
import type { EngineProbe } from '../engine-probe.js';
import { pause } from '../pause.js';
import { credentialTexts, secretsIn, secretVariables, type SecretText } from '../secret-texts.js';
import { tellingOutput } from '../telling-output.js';

/** Milliseconds: a gateway may hold its log back for a second (`flush=1s`), and a busy engine reads it a little later. */
const SETTLING = 1500;

export const hygieneSecrets: Check = {
  id: 'hygiene.secrets',
  title: 'No secret is in what the engine shows, nor in a log',
  objective: 8,
  severity: 'major',
  // At the end: what verify sent must not be in a log either.
  kind: 'closing',
  ownOnly: true,
  run: async ({ spec, engine }) => {
    const { deployment, secrets = credentialTexts(spec) } = spec;
    if ('unknown' in deployment) return skipped(`nothing is known of the containers: ${deployment.unknown}`);
    if (engine === null) return inconclusive('there is no engine to ask what it shows of the containers');
    const running = deployment.containers.filter((container) => container.running);
    if (running.length === 0) return skipped('no container runs');
    await pause(SETTLING);
    const found = await Promise.all(running.map((container) => findIn(container, engine, secrets)));
    return judge(running, found.flat(), secrets);
  },
};

/** Where secrets are in one container: "api-1: the password of ana in its log". */
async function findIn(
  container: DeployedContainer,
  engine: EngineProbe,
  secrets: readonly SecretText[],
): Promise<string[]> {
  const [shown, output] = await Promise.all([engine.shown(container.id), tellingOutput(engine, container, new Date())]);
  const finds = [
    ...secretVariables(shown.environment).map((name) => `the value of ${name} in its environment`),
    ...secretsIn(shown.container, secrets).map((secret) => `${secret} in what \`docker inspect\` shows`),
    ...secretsIn(shown.image, secrets).map((secret) => `${secret} in its image`),
    ...secretsIn(output, secrets).map((secret) => `${secret} in its log`),
  ];
  return finds.map((find) => `${container.name}: ${find}`);
}

const judge = (running: DeployedContainer[], found: string[], secrets: readonly SecretText[]): CheckResult =>
  conclude({
    summary: `${running.length} containers, ${found.length === 0 ? 'no secret' : `${found.length} findings`}`,
    expectations: [
      expectation(
        found.length === 0,
        'no password, key or hash in environment, labels, command, image and log',
        found.join('; ') || 'none',
      ),
    ],
    exchanges: [],
    facts: {
      'looked for': [...secrets.map(({ name }) => name), 'private keys', 'hashes of passwords'].join(', '),
      'logs that were read': 'the first minute of each container and the last ten',
    },
    hint: 'Give secrets as files: variables, labels and commands are shown to everybody who may ask the engine, and a log goes further than that. Change what was found, then the secret itself.',
  });
