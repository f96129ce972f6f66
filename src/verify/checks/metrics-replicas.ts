import { nameOfApi } from '../../stack/names.js';
import type { Check, Expectation } from '../check.js';
import { conclude, exchangesOf, expectation, inconclusive, skipped } from '../conclude.js';
import { leftOut } from '../left-out.js';
import { queryRequest, samplesOf, type Sample, type ScrapeTarget } from '../prometheus-api.js';
import type { Reply } from '../reply.js';
import { describeTarget, freshTargets, isUp } from '../scrape-targets.js';
import { tooRareToWait } from '../scrape-wait.js';
import type { TargetSpec } from '../target.js';

/** A series of each replica that says of which API it holds itself to be. */
const IDENTITY = 'fortress_model_info';

/** Somebody else's replicas need have no metrics, and may be called anything. */
const NOT_PROMISED = 'only stacks that fortress made promise metrics of their replicas';

const NONE_HAS = 'no API of this stack has metrics (apis.NAME.metrics)';

/** Prometheus' own names for what it scrapes: the API, and the replica as it calls itself. */
const ARM = 'arm';
const REPLICA = 'replica';

export const metricsReplicas: Check = {
  id: 'metrics.replicas',
  title: 'Prometheus scrapes every replica',
  objective: 7,
  severity: 'major',
  kind: 'monitoring',
  ownOnly: true,
  run: async (target) => {
    const { spec } = target;
    if (spec.prometheus === null) return leftOut(spec, 'prometheus');
    if (Object.keys(spec.arms).length === 0) return skipped(spec.isOwn ? NONE_HAS : NOT_PROMISED);
    const tooRare = tooRareToWait(spec.prometheus.scrapeIntervalSeconds);
    if (tooRare !== null) return inconclusive(tooRare);
    const { reply, targets } = await freshTargets(target, spec.prometheus, (all) =>
      [...countsOf(all, spec), ...containersOf(all, spec)].every(({ ok }) => ok),
    );
    const identity = await target.askNow(queryRequest({ origin: spec.prometheus.url, prefix: '' }, IDENTITY));
    const scraped = targets.filter(isReplica);
    return conclude({
      summary: `${scraped.filter(isUp).length} of ${expectedOf(spec)} replicas are scraped`,
      expectations: [
        ...countsOf(targets, spec),
        ...containersOf(targets, spec),
        identityOf(scraped.filter(isUp), identity, spec),
      ],
      exchanges: exchangesOf([reply, identity]),
      facts: {
        'containers that run, of APIs with metrics':
          promisedInstances(spec)?.join(', ') ?? 'not known: no engine to ask',
        scraped: scraped.map((one) => `${nameOf(one)} (${one.health})`).join(', ') || 'none',
      },
      hint: 'Compare what runs (`fortress status`; `fortress up` starts what does not) with the targets page of Prometheus (`fortress links`).',
    });
  },
};

const isReplica = ({ labels }: ScrapeTarget): boolean => labels[REPLICA] !== undefined;
const nameOf = ({ labels, name }: ScrapeTarget): string => labels[REPLICA] ?? name;

const expectedOf = (spec: TargetSpec): number =>
  Math.max(
    Object.values(spec.arms).reduce((sum, { replicas }) => sum + replicas, 0),
    promisedInstances(spec)?.length ?? 0,
  );

/** Containers of the APIs that have metrics; null: there was no engine to ask. */
const promisedInstances = ({ arms, instances }: TargetSpec): string[] | null =>
  instances?.filter((instance) => Object.hasOwn(arms, nameOfApi(instance.replace(/-\d+$/, '')) ?? '')) ?? null;

/** Of every API at least as many replicas as are promised. */
function countsOf(targets: ScrapeTarget[], { arms }: TargetSpec): Expectation[] {
  return Object.entries(arms).map(([arm, { replicas: promised }]) => {
    const own = targets.filter(({ labels }) => labels[ARM] === arm);
    const down = own.filter((one) => !isUp(one));
    const up = own.length - down.length;
    return expectation(
      up >= promised && down.length === 0,
      `${promised} of ${arm}, all up`,
      [`${up} up`, ...down.map(describeTarget)].join('; '),
    );
  });
}

/** The containers that run, and no others. */
function containersOf(targets: ScrapeTarget[], spec: TargetSpec): Expectation[] {
  const instances = promisedInstances(spec);
  if (instances === null) return [];
  const scraped = new Set(targets.filter(isReplica).map(nameOf));
  const missed = instances.filter((name) => !scraped.has(name));
  const strange = [...scraped].filter((name) => !instances.includes(name));
  const found = [
    ...missed.map((name) => `${name} runs and is not scraped`),
    ...strange.map((name) => `${name} is scraped and does not run`),
  ];
  return [
    expectation(
      found.length === 0,
      'every container that runs, and no other',
      found.join('; ') || 'every one, no other',
    ),
  ];
}

/** An address that another container has meanwhile would be up as well: each replica must be of the API it is taken for. */
function identityOf(scraped: ScrapeTarget[], reply: Reply, spec: TargetSpec): Expectation {
  const samples = samplesOf(reply);
  const wrong =
    'problem' in samples ? [samples.problem] : scraped.flatMap((one) => mistakenIdentity(one, samples, spec));
  return expectation(
    scraped.length > 0 && wrong.length === 0,
    `each that says in ${IDENTITY} whose it is names its API; fortress's own server does`,
    wrong.join('; ') || `${scraped.length} replicas, none of another`,
  );
}

function mistakenIdentity({ labels }: ScrapeTarget, samples: Sample[], { arms }: TargetSpec): string[] {
  const own = samples.find(({ metric }) => metric[REPLICA] === labels[REPLICA]);
  if (own === undefined) return arms[labels[ARM] ?? '']?.saysItsName ? [`${labels[REPLICA]} has no ${IDENTITY}`] : [];
  const { version } = own.metric;
  return version === labels[ARM] ? [] : [`${labels[REPLICA]} is of ${version}, not of ${labels[ARM]}`];
}
