import { gatewaysAmong } from './deployed-roles.js';
import type { Deployment } from './deployment.js';
import { isPassed, isRejected } from './flood-measurement.js';
import { flood } from './flood.js';
import { isInNetworkOfHost, isLocal, secondAddressFor } from './own-address.js';
import { pause } from './pause.js';
import { outcomeOf, type Ask, type Reply } from './reply.js';
import type { Target } from './target.js';

/** This machine under another address than that of all other requests. */
interface OtherClient {
  address: string;
  /** Where it connects to, and from. */
  place: Pick<Ask, 'via' | 'from'>;
  /** Nothing in between can have made the two addresses one. */
  isSurelyAnother: boolean;
}

/** What a second client met while the first one's flood was rejected. */
export interface SecondClients {
  clients: { address: string; isSurelyAnother: boolean; replies: Reply[] }[];
  /** Why there is nobody to be a second client; null: there is. */
  reason: string | null;
}

/**
 * Few enough for a short flood, and out of step with usual limits: one of 10/s for all clients together
 * would else let the same requests pass again and again.
 */
const REQUESTS = { rate: 3.7, duration: 1.25 };
/** Seconds that the requests take, the last answer included. */
export const SECOND_CLIENT_TIME = REQUESTS.duration + 0.15;
/** A limiter of all clients together lets one request of seven pass; four of four, one time in 2400. */
const LEAST_REQUESTS = 4;

/**
 * A few requests from every other address that this machine can have for the target.
 * @param delay seconds to wait first
 */
export async function askAsSecondClient(target: Target, request: Ask, delay: number): Promise<SecondClients> {
  const others = otherClients(target);
  if ('reason' in others) return { clients: [], reason: others.reason };
  await pause(1000 * delay);
  const clients = await Promise.all(
    others.map(async ({ address, place, isSurelyAnother }) => ({
      address,
      isSurelyAnother,
      replies: await flood(() => target.askNow({ ...request, ...place }), REQUESTS),
    })),
  );
  return { clients, reason: null };
}

function otherClients({ spec, engine }: Target): OtherClient[] | { reason: string } {
  if (!isLocal(spec)) return { reason: 'the target is on another machine, which sees this one at one address' };
  const { deployment } = spec;
  const gateways = 'unknown' in deployment ? [] : gatewaysAmong(deployment.containers, spec);
  // A port that a container publishes is reached through its network's bridge, which hides what comes by loopback.
  const isBridged = gateways.some(({ hostNetwork }) => !hostNetwork);
  const isPlainProcess = engine !== null && !isBridged && !isOutsiders(deployment);
  const own = secondAddressFor(spec);
  return [
    ...(own === undefined
      ? []
      : [
          {
            address: own,
            place: { via: own },
            isSurelyAnother: isPlainProcess || (isBridged && gateways.every(isInNetworkOfHost)),
          },
        ]),
    { address: '127.0.0.2', place: { via: '127.0.0.1', from: '127.0.0.2' }, isSurelyAnother: isPlainProcess },
  ];
}

/** Somebody else's container publishes the port. */
const isOutsiders = (deployment: Deployment): boolean =>
  !('unknown' in deployment) && (deployment.outsiders ?? []).length > 0;

/**
 * Whether the first client's flood was held against the second; or why that cannot be told. Pure.
 * One that is served proves it; one that is not may have been taken for the first.
 * @param until when the flood's last request was sent: what was answered later had no flood to suffer from
 * @param promised the status of rejections; null: any of the usual ones
 */
export function judgeSecondClients(
  { clients, reason }: SecondClients,
  { until, promised }: { until: number; promised: number | null },
): { ok: boolean; found: string } | { untold: string; retry: boolean } {
  if (reason !== null) return { untold: reason, retry: false };
  const reached = clients.filter(({ replies }) => replies.some(({ errorCode }) => errorCode !== 'ECONNREFUSED'));
  const met = reached.map(({ address, isSurelyAnother, replies: all }) => {
    const replies = all.filter(({ doneAt }) => doneAt <= until);
    const rejected = replies.filter((reply) => isRejected(reply, promised)).length;
    const passed = replies.filter((reply) => isPassed(reply, promised)).length;
    return {
      isSurelyAnother,
      found: `${address}: ${rejected} of ${replies.length} rejected`,
      isServed: passed === replies.length && passed >= LEAST_REQUESTS,
      isPunished: 2 * rejected >= Math.max(replies.length, LEAST_REQUESTS),
    };
  });
  const served = met.find(({ isServed }) => isServed);
  if (served) return { ok: true, found: served.found };
  const punished = met.find(({ isPunished, isSurelyAnother }) => isPunished && isSurelyAnother);
  if (punished) return { ok: false, found: punished.found };
  const found = clients.map(({ address, replies }) => `${address}: ${[...new Set(replies.map(outcomeOf))].join(', ')}`);
  return {
    untold: `no address of this machine that the gateway surely takes for another client (${found.join('; ')})`,
    retry: met.some(({ isPunished, isSurelyAnother }) => isSurelyAnother && !isPunished),
  };
}
