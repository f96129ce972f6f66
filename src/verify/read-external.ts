import dns from 'node:dns/promises';
import type { DeclaredTarget } from './declare-target.js';
import { portOf } from './deployed-roles.js';
import type { Deployment } from './deployment.js';
import type { EngineProbe } from './engine-probe.js';
import { externalTarget, type ExternalFacts } from './external-target.js';
import { findPlainHttp } from './find-plain-http.js';
import { findServices, plainHttpCandidates } from './find-services.js';
import { createMasker } from './masking.js';
import { declaredHost, isLocal } from './own-address.js';
import { readCa } from './read-ca.js';
import { readDeployment } from './read-deployment.js';
import type { Ask, Reply } from './reply.js';
import { scrapeIntervalOf } from './scrape-interval.js';
import type { TargetSpec } from './target.js';
import { openTransport } from './transport.js';

/** Milliseconds for a question that only finds out where something is. */
const TIMEOUT = 3_000;
/** What the exam prescribes, and Grafana's own default. */
const USUAL_GRAFANA_ACCOUNT = { user: 'admin', password: 'admin' };

type Send = (request: Ask) => Promise<Reply>;

/**
 * Completes what was declared of a deployment with what its engine, its ports and its Prometheus show.
 * @throws FortressError (exit 2) when the CA file cannot be read or holds no certificate
 */
export async function readExternal(
  declared: DeclaredTarget,
): Promise<{ spec: TargetSpec; engine: EngineProbe | null }> {
  const ca = declared.caFile === null ? null : await readCa(declared.caFile);
  const resolved = await addressOf(declaredHost(declared));
  const { deployment, engine } = await deploymentOf(declared, resolved);
  const { https, connectTo } = declared;
  const transport = openTransport({ https, http: https, ca, connectTo }, createMasker({ ...declared, grafana: null }));
  const send: Send = (request) => transport.send({ timeout: TIMEOUT, ...request });
  const via = connectTo === null ? {} : { via: connectTo };
  const askPlainly = (origin: string): Promise<Reply> => send({ origin, path: declared.predictPath, ...via });
  try {
    const found = findServices(deployment, https);
    const [http, prometheus, grafana] = await Promise.all([
      declared.http ?? findPlainHttp(plainHttpCandidates(deployment, https).origins, askPlainly),
      prometheusOf(send, declared.prometheus ?? found.prometheus, declared.scrapeIntervalSeconds),
      grafanaOf(send, declared.grafana ?? found.grafana, declared.grafanaAccount),
    ]);
    const exporter = declared.exporter ?? found.exporter;
    return {
      spec: externalTarget(declared, { resolved, ca, http, exporter, prometheus, grafana, deployment }),
      engine,
    };
  } finally {
    await transport.close();
  }
}

/** What publishes a port on this machine's engine is only then the target when the target is on this machine. */
async function deploymentOf(
  declared: DeclaredTarget,
  resolved: string | undefined,
): Promise<{ deployment: Deployment; engine: EngineProbe | null }> {
  const { https, http, connectTo, composeProject } = declared;
  const isHere = isLocal({ https, connectTo, ...(resolved === undefined ? {} : { resolved }) });
  if (!isHere && composeProject === null) {
    const unknown = `${declaredHost(declared)} is another machine than this one, and no --compose-project says what to look for here`;
    return { deployment: { unknown }, engine: null };
  }
  const origins = http === null ? [https] : [https, http];
  return readDeployment({
    publishedPorts: isHere ? origins.map(portOf) : [],
    ...(composeProject === null ? {} : { composeProject }),
  });
}

/** A name may be this machine's own in its hosts file. */
const addressOf = async (host: string): Promise<string | undefined> =>
  dns.lookup(host).then(
    ({ address }) => address,
    () => undefined,
  );

/** @param declared seconds between scrapes; null: Prometheus itself is asked */
async function prometheusOf(
  send: Send,
  url: string | null,
  declared: number | null,
): Promise<ExternalFacts['prometheus']> {
  if (url === null) return null;
  return { url, scrapeIntervalSeconds: declared ?? (await scrapeIntervalOf(send, url)) };
}

/** An account that somebody gave is judged by the check; the exam's is only tried. */
async function grafanaOf(
  send: Send,
  url: string | null,
  account: DeclaredTarget['grafanaAccount'],
): Promise<ExternalFacts['grafana']> {
  if (url === null) return null;
  if (account !== null) return { url, ...account };
  const reply = await send({ origin: url, path: '/api/org', auth: USUAL_GRAFANA_ACCOUNT });
  if (reply.status !== 401 && reply.status !== 403) return { url, ...USUAL_GRAFANA_ACCOUNT };
  return { refused: `no --grafana-user was given, and ${url} does not take the exam's (${reply.status})` };
}
