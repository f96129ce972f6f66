import type { Door } from './doors.js';
import { apiVoice } from './api-voice.js';
import { outsideAddressFor } from './own-address.js';
import { isPrediction, predictionRequest } from './prediction.js';
import { authorityOf } from './published-address.js';
import { jsonOf, property, type Ask, type Reply } from './reply.js';
import type { Target, TargetSpec } from './target.js';

/** Milliseconds; a port that swallows packets is not waited for. */
const TIMEOUT = 3_000;

/** Asks for predictions at a door, plain and over TLS, with credentials where they are asked for. */
export async function knock(target: Target, door: Door): Promise<Reply[]> {
  const replies = await Promise.all(
    (['http', 'https'] as const).map((scheme) =>
      knockBy(target, door, `${scheme}://${authorityOf(target.spec, placeOf(target.spec, door))}`),
    ),
  );
  return replies.flat();
}

async function knockBy(target: Target, door: Door, origin: string): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (const request of requestsTo(target.spec, door)) {
    const reply = await askWithAndWithout(target, door, { ...request, origin });
    replies.push(reply);
    if (reply.status === null || isServed(reply, target.spec)) break;
  }
  return replies;
}

/** Nobody is sent a password who does not ask for one. */
async function askWithAndWithout({ spec, ask, askNow }: Target, door: Door, request: Ask): Promise<Reply> {
  const send = door.isGateway ? ask : askNow;
  const reply = await send(request);
  return reply.status === 401 || reply.status === 403 ? send({ ...request, auth: spec }) : reply;
}

/**
 * An API need not have the path that the gateway gives it; its description is as telling as a prediction. The
 * last tells it from a thing for people, which has a page at its root.
 */
function requestsTo(spec: TargetSpec, { isGateway }: Door): Ask[] {
  const paths = isGateway ? [spec.predictPath] : [...new Set([spec.predictPath, '/predict'])];
  const common: Pick<Ask, 'anyCertificate' | 'timeout'> = { anyCertificate: true, timeout: TIMEOUT };
  return [
    ...paths.map((path): Ask => ({ ...predictionRequest(spec, { auth: null }), path, ...common })),
    ...(isGateway ? [] : ['/openapi.json', '/'].map((path): Ask => ({ path, ...common }))),
  ];
}

/** An API gave a prediction, described itself, or found fault with what was to be predicted. */
export const isServed = (reply: Reply, spec: TargetSpec): boolean =>
  isPrediction(reply, spec) ||
  (reply.status === 200 && property(jsonOf(reply), 'openapi') !== undefined) ||
  (reply.status === 422 && apiVoice(reply) !== null);

/** Where the target is; in the host's network from outside, where a container that listens on loopback is silent. */
const placeOf = (spec: TargetSpec, { address, port, isGateway, isOnHost }: Door): Pick<Door, 'address' | 'port'> => ({
  address: address ?? (isOnHost && !isGateway ? (outsideAddressFor(spec) ?? null) : null),
  port,
});
