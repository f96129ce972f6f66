import { binomialBounds } from '../binomial.js';
import type { Check, CheckResult, Expectation } from '../check.js';
import { apiOf, sampleClients, type SampledClient } from '../client-sample.js';
import { conclude, exchangesOf, expectation, inconclusive, skipped, unanswered } from '../conclude.js';
import { lookInside } from '../look-inside.js';
import { asClient } from '../named-client.js';
import { ownAddressAtGateway } from '../own-address-at-gateway.js';
import { predictionRequest } from '../prediction.js';
import { outcomeOf, type Reply } from '../reply.js';
import type { ClientSplit, Target } from '../target.js';

/** A gateway that shares out as promised is found beyond either bound in one of 2,000 samples. */
const TAIL = 0.0005;
const FEWEST_CLIENTS = 400;
/** Requests of this machine, under its own address. */
const OWN_REQUESTS = 8;

export const abWeight: Check = {
  id: 'ab.weight',
  title: 'Weights share out the clients, and each keeps its API',
  objective: 6,
  severity: 'major',
  kind: 'paced',
  isPromised: ({ split }) => split !== undefined,
  run: async (target) => {
    const { split } = target.spec;
    if (!split) return skipped('no route has a weight');
    if (split.token === null) {
      return inconclusive('there is no probe token yet, so nobody may ask as many clients', [], 'Run `fortress up`.');
    }
    const own = await askAsOneself(target, split.token);
    if (own.replies.some(({ status }) => status !== 200)) return notServed(target, own.replies);
    const clients = await sampleClients(target, sampleSize(split), split.token);
    const replies = clients.flatMap((client) => client.replies);
    if (replies.some(({ status }) => status !== 200)) return notServed(target, replies);
    return onlyIfSeen(own, judge(split, clients, own));
  },
};

/** Enough that the smallest share would not be missed altogether by chance. */
const sampleSize = ({ shares }: ClientSplit): number =>
  Math.max(FEWEST_CLIENTS, Math.ceil(Math.log(TAIL) / Math.log1p(-Math.min(...Object.values(shares)) / 100)));

/** This machine, as any client, and as one that names the address which the gateway sees of it. */
interface Oneself {
  replies: Reply[];
  /** Null: the gateway's log could not be read. */
  named: { address: string; reply: Reply } | null;
}

async function askAsOneself(target: Target, token: string): Promise<Oneself> {
  const request = predictionRequest(target.spec);
  const replies: Reply[] = [];
  while (replies.length < OWN_REQUESTS) replies.push(await target.ask(request));
  const address = await ownAddressAtGateway(target, request);
  if (address === null) return { replies, named: null };
  return { replies, named: { address, reply: await target.ask(asClient(request, address, token)) } };
}

function notServed({ spec }: Target, replies: Reply[]): CheckResult {
  const refused = replies.filter(({ status }) => status !== 200).slice(0, 1);
  return (
    unanswered(refused) ??
    conclude({
      summary: `${replies.length} requests, then ${refused.map(outcomeOf).join()}`,
      expectations: refused.map((reply) => expectation(false, 'every client gets a prediction', outcomeOf(reply))),
      exchanges: exchangesOf(refused),
      hint: `See whether the API containers run: ${lookInside(spec).status}, ${lookInside(spec).logs}.`,
    })
  );
}

/** Named clients may be shared out while all others are not: that those are, the gateway's log must help to show. */
const onlyIfSeen = ({ named }: Oneself, result: CheckResult): CheckResult =>
  named !== null || result.verdict !== 'pass'
    ? result
    : {
        ...result,
        verdict: 'inconclusive',
        summary: `${result.summary}; whether it is addresses that decide could not be told`,
        hint: "It takes the gateway's access log, which names this machine's address: see `fortress logs gateway`.",
      };

function judge({ shares }: ClientSplit, clients: SampledClient[], own: Oneself): CheckResult {
  const counts = countByApi(clients);
  const moved = clients.filter(({ replies }) => new Set(replies.map(apiOf)).size > 1);
  const shown = moved.length > 0 ? (moved[0]?.replies ?? []) : firstOfEach(clients);
  return conclude({
    summary: `${clients.length} clients: ${[...counts].map(([api, count]) => `${count} at ${api}`).join(', ')}; ${moved.length} changed between two requests`,
    expectations: [
      ...Object.entries(shares).map(([api, percent]) =>
        expectShare(api, { percent, count: counts.get(api) ?? 0, of: clients.length }),
      ),
      ...[...counts.keys()]
        .filter((api) => !(api in shares))
        .map((stranger) => expectation(false, `only ${Object.keys(shares).join(' and ')}`, stranger)),
      expectation(moved.length === 0, 'every client gets the same API twice', `${moved.length} did not`),
      ...expectOneApi(own),
    ],
    exchanges: exchangesOf([...shown, ...own.replies.slice(0, 1)]),
    facts: own.named ? { 'this machine is seen as': own.named.address } : {},
    hint: 'Look at split_clients in nginx.conf: its key should be $split_client, which knows clients that verify names.',
  });
}

/** By the first answer that each client got. */
function countByApi(clients: SampledClient[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const api of clients.flatMap(({ replies }) => replies.slice(0, 1).map(apiOf)))
    counts.set(api, (counts.get(api) ?? 0) + 1);
  return new Map([...counts].toSorted(([, a], [, b]) => b - a));
}

function expectShare(api: string, { percent, count, of }: { percent: number; count: number; of: number }): Expectation {
  const { least, most } = binomialBounds(of, percent / 100, TAIL);
  return expectation(
    count >= least && count <= most,
    `${api}: ${percent} % of ${of} clients, so ${least} to ${most} of them`,
    `${count} (${((100 * count) / of).toFixed(1)} %)`,
  );
}

/** Who names no client is one by its address, and gets what a client of that name gets. */
function expectOneApi({ replies, named }: Oneself): Expectation[] {
  const apis = [...new Set(replies.map(apiOf))];
  return [
    expectation(apis.length === 1, `this machine gets one API ${replies.length} times`, apis.join(', ')),
    ...(named
      ? [
          expectation(
            apis.includes(apiOf(named.reply)),
            `a client named ${named.address} gets the same`,
            apiOf(named.reply),
          ),
        ]
      : []),
  ];
}

const firstOfEach = (clients: SampledClient[]): Reply[] => {
  const byApi = new Map(clients.flatMap(({ replies }) => replies.slice(0, 1)).map((reply) => [apiOf(reply), reply]));
  return [...byApi.values()];
};
