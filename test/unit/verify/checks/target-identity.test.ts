import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/verify/check.js';
import { targetIdentity } from '../../../../src/verify/checks/target-identity.js';
import type { Deployment } from '../../../../src/verify/deployment.js';
import { openTarget, type TargetSpec } from '../../../../src/verify/target.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import { makeContainer, makeEngine, published } from '../support/containers.js';
import { startGateway } from '../support/fake-gateway.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

interface Scenario {
  served?: Identity;
  deployment?: (port: number) => Deployment;
  promise?: Partial<TargetSpec>;
  startedAt?: string;
}

const gatewayAt = (port: number) => makeContainer('shop-nginx-1', { ports: [published(port, 443)] });

async function judge({
  served = identity,
  deployment = (port) => ({ containers: [gatewayAt(port)] }),
  promise,
  startedAt = gatewayAt(1).startedAt,
}: Scenario): Promise<CheckResult> {
  const { spec, close } = await startGateway(served);
  const target = openTarget(
    { ...spec, ca: identity.ca, deployment: deployment(Number(new URL(spec.https).port)), ...promise },
    { pace: 1, engine: makeEngine({ startedAt: async () => startedAt }) },
  );
  try {
    return await targetIdentity.run(target);
  } finally {
    await Promise.all([target.close(), close()]);
  }
}

const takenByNeighbour = (port: number): Deployment => ({
  containers: [makeContainer('shop-nginx-1', { running: false })],
  outsiders: [
    { name: 'other-nginx-1', project: 'other', ports: [port] },
    { name: 'plain', project: null, ports: [1] },
  ],
});

const nothingKnown = (): Deployment => ({ unknown: 'no Docker Engine answers' });

const unmet = ({ expectations }: CheckResult): string[] =>
  expectations.filter(({ ok }) => !ok).map(({ found }) => found);

describe('target.identity', () => {
  it('shows certificate and containers', async () => {
    const result = await judge({});
    expect(result.verdict).toBe('pass');
    expect(result.facts?.['SHA-256 fingerprint']).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(result.facts?.['shop-nginx-1']).toBe('shop-nginx-1, since 2026-11-23T10:00:00Z');
  });

  it("catches a neighbour's stack, and names it", async () => {
    const result = await judge({ deployment: takenByNeighbour, served: await makeIdentity() });
    expect(result.verdict).toBe('fail');
    expect(unmet(result)[0]).toMatch(/: of /);
    expect(unmet(result)[1]).toBe('other-nginx-1 of project other');
  });

  it('catches a neighbour by the certificate alone, where there is no engine', async () => {
    const deployment = nothingKnown;
    expect((await judge({ deployment, served: await makeIdentity() })).verdict).toBe('fail');
    const own = await judge({ deployment });
    expect(own.verdict).toBe('pass');
    expect(own.facts?.['engine']).toBe('no Docker Engine answers');
  });

  it('catches a process on the port that is no container', async () => {
    const result = await judge({ deployment: () => ({ containers: [] }) });
    expect(unmet(result)).toEqual(['no container at all publishes it']);
    expect(result.summary).toContain('none of its containers');
  });

  it('knows a certificate that is out of date', async () => {
    const now = new Date(Date.now() - 40 * 86_400_000);
    const expired = await makeIdentity({ days: 30, now });
    expect((await judge({ served: expired, promise: { ca: expired.ca } })).verdict).toBe('pass');
  });

  it('warns of containers that were started again meanwhile', async () => {
    const result = await judge({ startedAt: '2026-11-23T11:00:00Z' });
    expect(result.verdict).toBe('warn');
    expect(unmet(result)).toEqual(['shop-nginx-1 was started again at 2026-11-23T11:00:00Z']);
  });

  it('cannot tell with neither CA nor engine', async () => {
    const { verdict, summary } = await judge({ promise: { ca: null, deployment: { unknown: 'no engine' } } });
    expect(verdict).toBe('inconclusive');
    expect(summary).toBe('nothing tells this stack from another: no CA was given, and no engine');
  });

  it('cannot tell of one that answered before and lets nobody in by now', async () => {
    const { spec, close } = await startGateway(identity);
    const target = openTarget(spec, { pace: 1 });
    await target.ask({ path: '/' });
    await close();
    const { verdict, summary } = await targetIdentity.run(target);
    await target.close();
    expect(verdict).toBe('inconclusive');
    expect(summary).toMatch(/^it answered 1 requests by HTTPS, and shakes hands no more: /);
  });

  it('looks back on the floods too', () => {
    expect(targetIdentity.kind).toBe('closing');
  });

  it('fails where there is no TLS', async () => {
    const { spec, close } = await startGateway(identity);
    const target = openTarget({ ...spec, https: spec.http.replace('http:', 'https:') });
    const result = await targetIdentity.run(target);
    await Promise.all([target.close(), close()]);
    expect(unmet(result)[0]).toMatch(/^no TLS handshake: /);
  });
});
