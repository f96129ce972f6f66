import { isUnclear, judgeDoor, type BehindDoor } from '../behind-door.js';
import type { Check, CheckResult } from '../check.js';
import { advice, conclude, exchangesOf, expectation, inconclusive, skipped } from '../conclude.js';
import { doorsOf, type Door, type Doors } from '../doors.js';
import { knock } from '../knock.js';
import { listenPorts } from '../listen-ports.js';
import { isPrediction, predictionRequest } from '../prediction.js';
import { outcomeOf, type Reply } from '../reply.js';
import { servingServices } from '../serving-services.js';
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
    const found = await judgeAll(target, knocks);
    const waysIn = found.filter(({ is }) => is === 'in');
    const doubtful = found.filter(({ is }) => is === 'doubtful');
    if (waysIn.length === 0) {
      const swallowed = found.filter(({ is }) => is === 'swallowed');
      if (swallowed.length > 0) return silent(swallowed);
      if (doors.unknown.length > 0) return untold(doors, control);
    }
    const telling = [...waysIn, ...doubtful].flatMap(({ reply }) => reply ?? []);
    return conclude({
      summary: `${waysIn.length} of ${doors.open.length} other ports lead to an API`,
      expectations: [
        expectation(waysIn.length === 0, 'no API on any other port', waysIn.map(describe).join('; ') || 'none'),
        ...(doubtful.length > 0
          ? [advice(false, 'nothing there that sounds like an API', doubtful.map(describe).join('; '))]
          : []),
      ],
      exchanges: exchangesOf(telling.length > 0 ? telling : [control, ...firstOf(knocks)]),
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
  replies: Reply[];
}

type Found = BehindDoor & Pick<Knock, 'door'>;

/** At the gateway in turn, because its rate limit counts there as well; at the others at once. */
const knockEverywhere = (target: Target, doors: Door[]): Promise<Knock[]> =>
  Promise.all(doors.map(async (door) => ({ door, replies: await knock(target, door) })));

async function judgeAll(target: Target, knocks: Knock[]): Promise<Found[]> {
  const { spec } = target;
  const isNeeded = knocks.some(({ door, replies }) => isUnclear(door, replies, spec));
  const serving = isNeeded ? await servingServices(target) : null;
  return knocks.map(({ door, replies }) => ({ door, ...judgeDoor(door, replies, { spec, serving }) }));
}

const describe = ({ door, reply, reason }: Found): string =>
  reply === null
    ? door.container
    : `${door.container} at ${reply.exchange.request.url}: ${outcomeOf(reply)}, and ${reason}`;

const firstOf = (knocks: Knock[]): Reply[] =>
  knocks
    .flatMap(({ replies }) => replies)
    .filter(({ status }) => status !== null)
    .slice(0, 3);

const silent = (swallowed: Found[]): CheckResult => ({
  ...inconclusive(
    `${swallowed.map(({ door }) => `${door.container} ${door.port}`).join(', ')}: published, but nothing came back, not even a refusal`,
    exchangesOf(swallowed.flatMap(({ reply }) => reply ?? [])),
    'Publish only the gateway, or see what keeps the port from answering: a firewall, or a server that hangs.',
  ),
  retry: true,
});

const untold = ({ unknown }: Doors, control: Reply) =>
  inconclusive(
    `${unknown.join(', ')}: in the host's network every port that it listens on is open, and none that it is known by answers`,
    [control.exchange],
    'Take `network_mode: host` from the APIs: behind the gateway they need no port of the host.',
  );
