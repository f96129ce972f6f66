import type { Check } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive, skipped } from '../conclude.js';
import { doorsOf, type Door, type Doors } from '../doors.js';
import { isServed, knock } from '../knock.js';
import { listenPorts } from '../listen-ports.js';
import { isPrediction, predictionRequest } from '../prediction.js';
import { outcomeOf, type Reply } from '../reply.js';
import type { Target } from '../target.js';

export const entryPorts: Check = {
  id: 'entry.ports',
  title: 'No way to an API but the gateway',
  objective: 1,
  severity: 'critical',
  kind: 'paced',
  run: async (target) => {
    const { spec } = target;
    const { deployment } = spec;
    if ('unknown' in deployment) return skipped(`published ports are not known: ${deployment.unknown}`);
    const control = await target.ask(predictionRequest(spec));
    if (!isPrediction(control, spec)) {
      return inconclusive(`the declared entrance gives no prediction either: ${outcomeOf(control)}`, [
        control.exchange,
      ]);
    }
    const doors = doorsOf(deployment.containers, spec, await listenPorts(target));
    const knocks = await knockEverywhere(target, doors.open);
    const served = knocks.filter(({ reply }) => isServed(reply, spec));
    if (served.length === 0 && doors.unknown.length > 0) return untold(doors, control);
    return conclude({
      summary: `${served.length} of ${doors.open.length} other ports lead to an API`,
      expectations: [
        expectation(served.length === 0, 'no API on any other port', served.map(describe).join('; ') || 'none'),
      ],
      exchanges: exchangesOf(served.length > 0 ? served.map(({ reply }) => reply) : [control, ...firstOf(knocks)]),
      facts: {
        asked:
          doors.open.map(({ container, port }) => `${container} ${port}`).join(', ') || 'no other port is published',
        ...(doors.loopback.length > 0 ? { 'reached from this machine only': doors.loopback.join(', ') } : {}),
      },
      hint: 'Publish only the gateway: take `ports` and `network_mode: host` from the APIs, and plain `listen`s that proxy.',
    });
  },
};

interface Knock {
  door: Door;
  reply: Reply;
}

/** At the gateway in turn, because its rate limit counts there as well; at the others at once. */
async function knockEverywhere(target: Target, doors: Door[]): Promise<Knock[]> {
  const knocks = await Promise.all(
    doors.map(async (door) => (await knock(target, door)).map((reply): Knock => ({ door, reply }))),
  );
  return knocks.flat();
}

const describe = ({ door, reply }: Knock): string =>
  `${door.container} at ${reply.exchange.request.url}: ${outcomeOf(reply)}`;

const firstOf = (knocks: Knock[]): Reply[] =>
  knocks
    .filter(({ reply }) => reply.status !== null)
    .slice(0, 3)
    .map(({ reply }) => reply);

const untold = ({ unknown }: Doors, control: Reply) =>
  inconclusive(
    `${unknown.join(', ')}: in the host's network every port that it listens on is open, and none that it is known by answers`,
    [control.exchange],
    'Take `network_mode: host` from the APIs: behind the gateway they need no port of the host.',
  );
