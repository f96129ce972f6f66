import type { DeclaredTarget } from './declare-target.js';
import type { Deployment } from './deployment.js';
import { plainHttpCandidates } from './find-services.js';
import { DISCOVERY_SECONDS } from './scrape-wait.js';
import type { TargetSpec } from './target.js';

/** What was found out about a deployment that somebody else made. */
export interface ExternalFacts {
  /** IP address that the declared host leads to; undefined: nowhere. */
  resolved?: string | undefined;
  /** PEM; null: no file was given. */
  ca: string | null;
  /** Origin that answers plain HTTP; null: none was given, and none found. */
  http: string | null;
  exporter: string | null;
  prometheus: { url: string; scrapeIntervalSeconds: number } | null;
  /** With an account that it takes, or one that was given; `refused`: nobody gave one, and the exam's is not taken. */
  grafana: { url: string; user: string; password: string } | { refused: string } | null;
  deployment: Deployment;
}

/** A deployment that somebody else made, as a target to be verified. What is not known is null or empty. Pure. */
export function externalTarget(declared: DeclaredTarget, facts: ExternalFacts): TargetSpec {
  const { resolved, ca, exporter, prometheus, grafana, deployment } = facts;
  const { origins, areAll } = plainHttpCandidates(deployment, declared.https);
  return {
    isOwn: false,
    https: declared.https,
    http: facts.http ?? origins[0] ?? declared.https.replace(/^https:/, 'http:'),
    connectTo: declared.connectTo,
    ...(resolved === undefined ? {} : { resolved }),
    user: declared.user,
    password: declared.password,
    ca,
    predictPath: declared.predictPath,
    requestField: declared.requestField,
    responseField: declared.responseField,
    probabilitiesField: declared.probabilitiesField,
    experiment: declared.experiment,
    versions: declared.versions,
    replicas: declared.replicas,
    labels: declared.labels,
    rateLimit: declared.rateLimit,
    // Only stacks of our own promise metrics of their replicas, and call them by these names.
    arms: {},
    instances: null,
    exporter,
    prometheus: prometheus && { ...prometheus, discoverySeconds: DISCOVERY_SECONDS },
    grafana: grafana && 'url' in grafana ? grafana : null,
    deployment,
    omitted: {
      ...(facts.http === null && !areAll ? { http: noHttp(origins) } : {}),
      ...(exporter === null ? { exporter: notGiven('exporter', deployment) } : {}),
      ...(prometheus === null ? { prometheus: notGiven('prometheus', deployment) } : {}),
      ...(grafana === null ? { grafana: notGiven('grafana', deployment) } : {}),
      ...(grafana && 'refused' in grafana ? { grafana: grafana.refused } : {}),
    },
  };
}

const noHttp = (origins: string[]): string => `no --http was given, and nothing answers at ${origins.join(' or ')}`;

const notGiven = (service: string, deployment: Deployment): string =>
  'unknown' in deployment
    ? `no --${service} was given`
    : `no --${service} was given, and the engine shows none that publishes a port`;
