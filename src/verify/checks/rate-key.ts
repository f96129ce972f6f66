import type { Check, CheckResult, Exchange, Expectation } from '../check.js';
import { DISGUISES, plainRequest, type Disguise } from '../client-disguise.js';
import { advice, conclude, exchangesOf, expectation, inconclusive, skipped } from '../conclude.js';
import { flood } from '../flood.js';
import { measureFlood, rejectionsLike, type FloodMeasurement } from '../flood-measurement.js';
import { planFlood, type FloodPlan } from '../flood-plan.js';
import { addressKey } from '../limit-key.js';
import { predictionRequest } from '../prediction.js';
import { USUAL_BURST, weaknessOf, type PromisedRate } from '../rate-judgement.js';
import type { Reply } from '../reply.js';
import { askAsSecondClient, judgeSecondClients, SECOND_CLIENT_TIME } from '../second-client.js';
import type { Target, TargetSpec } from '../target.js';

/** Seconds: enough to use up the burst, and then for a second client to ask. */
const DRAINING = { least: 2, beyond: 0.5 + SECOND_CLIENT_TIME };
/** Seconds. The bucket is empty when such a flood begins: a single client is rejected from the start. */
const DISGUISED = 0.75;
/** Per second, even where the promised rate is lower: a count needs some dozens. */
const LEAST_OFFERED = 60;
/**
 * Of what the promised rate lets pass, and requests on top, since the interval is short. Far from what a
 * key of one's own for every request would let pass, which is everything.
 */
const TOLERANCE = { factor: 1.5, more: 2 };

export const rateKey: Check = {
  id: 'rate.key',
  title: 'The limit counts by client, and nothing else',
  objective: 5,
  severity: 'major',
  kind: 'flood',
  run: async (target) => {
    const promised = target.spec.rateLimit;
    if (!promised) return skipped('the rate limit is switched off in the configuration');
    const plan = planFlood(promised, DRAINING);
    if ('problem' in plan) return inconclusive(plan.problem, [], plan.hint);

    const { spec } = target;
    const [plain, second] = await Promise.all([
      flood(() => target.askNow(plainRequest(spec)), plan),
      askAsSecondClient(target, predictionRequest(spec), plan.duration - SECOND_CLIENT_TIME),
    ]);
    // Who guesses at passwords may be rejected by another limiter: that proves nothing of this one.
    const rejects = rejectionsLike(plain, promised.status);
    const floods = [judgeFlood({ name: 'as it is' }, plain, { promised, rejects })];
    for (const disguise of disguisesFor(spec)) {
      floods.push(judgeFlood(disguise, await disguisedFlood(target, disguise, plan), { promised, rejects }));
    }
    const until = Math.max(...plain.map(({ sentAt }) => sentAt));
    const judged = judgeSecondClients(second, { until, promised: promised.status });
    const declared = 'untold' in judged ? await addressKey(target) : null;
    return concludeKey(floods, { second: judged, declared }, spec);
  },
};

type FloodName = Pick<Disguise, 'name' | 'advisory'>;

interface JudgedFlood extends FloodName {
  isLimited: boolean;
  found: string;
  /** Why it proves nothing; null: it does. */
  weakness: string | null;
  /** A request that passed, or else one that was rejected. */
  evidence: Exchange[];
}

/** Traffic to the API of the experiment is a client's traffic too. */
const disguisesFor = ({ experiment }: TargetSpec): readonly Disguise[] =>
  experiment
    ? [
        ...DISGUISES,
        {
          name: `with ${experiment.header}: ${experiment.value}`,
          request: (spec) => plainRequest(spec, experiment.value),
        },
      ]
    : DISGUISES;

function disguisedFlood(target: Target, { request }: Disguise, { rate }: FloodPlan): Promise<Reply[]> {
  let sent = 0;
  return flood(() => target.askNow(request(target.spec, (sent += 1))), {
    rate: Math.max(LEAST_OFFERED, rate),
    duration: DISGUISED,
  });
}

/** Bounds, not estimates: what passed after the first rejection, over the longest time that it may have taken. */
function judgeFlood(
  { name, advisory }: FloodName,
  replies: Reply[],
  { promised, rejects }: { promised: PromisedRate; rejects: (reply: Reply) => boolean },
): JudgedFlood {
  const { requestsPerSecond: rate, status } = promised;
  const measured = measureFlood(replies, status, rejects);
  return {
    name,
    ...(advisory ? { advisory } : {}),
    isLimited:
      measured.rejected > 0 && measured.passedAfter <= TOLERANCE.factor * rate * measured.interval + TOLERANCE.more,
    found: `${measured.rejected} of ${replies.length} rejected`,
    weakness: weaknessOf(measured, replies.length, rate) ?? slownessOf(measured, replies.length, promised),
    evidence: exchangesOf(
      [replies.find((reply) => reply.status !== null && !rejects(reply)) ?? replies.slice(0, 1)].flat(),
    ),
  };
}

/** Where nobody was rejected: whether a right limiter, too, could have let all of them pass by the last answer. */
function slownessOf({ rejected, span }: FloodMeasurement, sent: number, { requestsPerSecond, burst }: PromisedRate) {
  const passable = requestsPerSecond * span + Math.max(burst, USUAL_BURST) + 1;
  if (rejected > 0 || sent > passable) return null;
  return `${sent} answers took ${span.toFixed(1)} s: too long to tell whether a limit let them pass`;
}

interface OtherClients {
  second: ReturnType<typeof judgeSecondClients>;
  /** What the gateway's configuration says that it counts by, where that is the address; null: not known. */
  declared: string | null;
}

function concludeKey(
  floods: JudgedFlood[],
  { second, declared }: OtherClients,
  { rateLimit }: TargetSpec,
): CheckResult {
  const taken = floods.filter(({ isLimited, weakness }) => !isLimited && weakness === null);
  const untold =
    floods.find(({ weakness }) => weakness !== null)?.weakness ??
    ('untold' in second && second.retry ? second.untold : null);
  const isFailed = taken.some(({ advisory }) => !advisory) || ('ok' in second && !second.ok);
  if (untold !== null && !isFailed) return { ...inconclusive(untold), retry: true };
  if ('untold' in second && declared === null && !isFailed) return oneClientOnly(floods, second.untold);
  return conclude({
    summary: [
      taken.length === 0
        ? `${floods.length} floods of one client, whatever it said of itself: all limited`
        : `not limited: ${taken.map(({ name }) => name).join(', ')}`,
      'untold' in second ? withoutSecond(declared) : `a second client meanwhile, ${second.found}`,
    ].join('; '),
    expectations: [
      ...floods.filter(({ weakness }) => weakness === null).map(expectationOf),
      ...('untold' in second ? [] : [expectation(second.ok, 'a second client is served meanwhile', second.found)]),
    ],
    exchanges: (taken.length > 0 ? taken : floods.slice(0, 1)).flatMap(({ evidence }) => evidence),
    facts: {
      'promised rate': `${rateLimit?.requestsPerSecond}/s`,
      'a second client': 'untold' in second ? `could not be judged: ${second.untold}` : second.found,
      ...(declared === null ? {} : { "the gateway's configuration counts by": declared }),
    },
    hint: HINT,
  });
}

const withoutSecond = (declared: string | null): string =>
  `a second client could not be judged${declared === null ? '' : `, but the configuration counts by ${declared}`}`;

/** One limit for all clients together looks the same to each of them. */
const oneClientOnly = (floods: JudgedFlood[], why: string): CheckResult =>
  inconclusive(
    `${floods.length} floods of one client were limited, but whether a second client is served meanwhile could not be seen: ${why}`,
    floods.slice(0, 1).flatMap(({ evidence }) => evidence),
    'Verify on the machine of the gateway, where this client has a second address or the engine shows the configuration.',
  );

const HINT =
  'Count by the address of the connection: `limit_req_zone $binary_remote_addr …`, with limit_req in every location that leads to an API. Behind a proxy let set_real_ip_from name that proxy only.';

const expectationOf = ({ name, advisory, isLimited, found }: JudgedFlood): Expectation =>
  (advisory ? advice : expectation)(isLimited, `one client's flood is limited ${name}`, found);
