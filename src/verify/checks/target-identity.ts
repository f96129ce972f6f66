import type { Check, Expectation } from '../check.js';
import { advice, conclude, expectation, inconclusive } from '../conclude.js';
import { describeError } from '../connection-error.js';
import { gatewaysAmong, portOf } from '../deployed-roles.js';
import type { DeployedContainer, Deployment, Outsider } from '../deployment.js';
import { restartedSince } from '../restarted.js';
import type { TargetSpec } from '../target.js';
import { shakeHands, type Handshake } from '../tls-handshake.js';

/** A certificate that is out of date is still the one that the CA signed. */
const OUT_OF_DATE = /EXPIRED|NOT_YET_VALID/;

export const targetIdentity: Check = {
  id: 'target.identity',
  title: 'What answers is the stack that was asked for',
  objective: 1,
  severity: 'critical',
  kind: 'closing',
  run: async (target) => {
    const { spec } = target;
    const { deployment } = spec;
    const handshake = await shakeHands(spec).catch((error: unknown) => ({ problem: describeError(error, 0) }));
    // A limiter may have banned this machine by now, and others have let it in.
    const { secure } = target.traffic();
    if ('problem' in handshake && secure > 0) {
      return inconclusive(`it answered ${secure} requests by HTTPS, and shakes hands no more: ${handshake.problem}`);
    }
    const expectations = [
      ...certificateExpectations(spec, handshake),
      ...entranceExpectations(spec),
      ...(await steadinessExpectations(target)),
    ];
    if (expectations.length === 0) {
      const why = 'unknown' in deployment ? deployment.unknown : 'nothing is known of it';
      return inconclusive(
        `nothing tells this stack from another: no CA was given, and ${why}`,
        [],
        'Name the CA file with --ca, or the project with --compose-project.',
      );
    }
    return conclude({
      summary: summaryOf(spec, handshake),
      expectations,
      exchanges: [],
      facts: { ...certificateFacts(handshake), ...containerFacts(deployment) },
      hint: 'Something else may listen on this port: see `docker ps` and stop it, or verify the port of this stack.',
    });
  },
};

type Shaken = Handshake | { problem: string };

function certificateExpectations({ ca }: TargetSpec, handshake: Shaken): Expectation[] {
  const expected = 'a certificate that the given CA vouches for';
  if (ca === null) return [];
  if ('problem' in handshake) return [expectation(false, expected, `no TLS handshake: ${handshake.problem}`)];
  const { chainError, certificate } = handshake;
  return [
    expectation(
      chainError === null || OUT_OF_DATE.test(chainError),
      expected,
      chainError === null ? 'yes' : `${chainError}: of ${oneLine(certificate.issuer)}`,
    ),
  ];
}

function entranceExpectations(spec: TargetSpec): Expectation[] {
  const { deployment } = spec;
  if ('unknown' in deployment) return [];
  const gateways = gatewaysAmong(deployment.containers, spec);
  const port = portOf(spec.https);
  return [
    expectation(
      gateways.length > 0,
      `a container of this stack behind port ${port}`,
      gateways.length > 0 ? namesOf(gateways) : whoElse(deployment.outsiders ?? [], port),
    ),
  ];
}

function whoElse(outsiders: Outsider[], port: number): string {
  const others = outsiders.filter(({ ports }) => ports.includes(port));
  if (others.length === 0) return 'no container at all publishes it';
  return others
    .map(({ name, project }) => `${name} of ${project === null ? 'no project' : `project ${project}`}`)
    .join(', ');
}

/** What was asked at the beginning must be what answers at the end, floods and all. */
async function steadinessExpectations({ spec, engine }: Parameters<Check['run']>[0]): Promise<Expectation[]> {
  if (!engine || 'unknown' in spec.deployment) return [];
  const restarted = await restartedSince(engine, spec.deployment.containers);
  return [
    advice(restarted.length === 0, 'the same containers from the beginning to the end', restarted.join('; ') || 'yes'),
  ];
}

function summaryOf(spec: TargetSpec, handshake: Shaken): string {
  const certificate =
    'problem' in handshake ? 'no certificate' : `certificate ${handshake.certificate.fingerprint256.slice(0, 23)}…`;
  const { deployment } = spec;
  if ('unknown' in deployment) return `${certificate}; the engine shows no containers: ${deployment.unknown}`;
  const gateways = gatewaysAmong(deployment.containers, spec);
  return `${certificate}, served by ${namesOf(gateways) || 'none of its containers'}`;
}

const certificateFacts = (handshake: Shaken): Record<string, string> =>
  'problem' in handshake
    ? {}
    : {
        'SHA-256 fingerprint': handshake.certificate.fingerprint256,
        subject: oneLine(handshake.certificate.subject),
      };

const containerFacts = (deployment: Deployment): Record<string, string> =>
  'unknown' in deployment
    ? { engine: deployment.unknown }
    : Object.fromEntries(
        deployment.containers.map(({ name, id, running, startedAt }) => [
          name,
          `${id.slice(0, 12)}, ${running ? `since ${startedAt}` : 'not running'}`,
        ]),
      );

const namesOf = (containers: DeployedContainer[]): string => containers.map(({ name }) => name).join(', ');

const oneLine = (name: string): string => name.replaceAll('\n', ', ');
