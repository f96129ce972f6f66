import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../../../../src/verify/run-checks.js';
import { makeIdentity, type Identity } from '../support/certificates.js';
import type { Faults } from '../support/fake-gateway.js';
import { listen } from '../support/listen.js';
import { verifyFake, type Scenario } from '../support/run.js';

let identity: Identity;
beforeAll(async () => {
  identity = await makeIdentity();
});

async function judge(scenario: Scenario): Promise<CheckReport> {
  const { results } = await verifyFake(identity, { only: ['http.redirect'], ...scenario });
  if (!results[0]) throw new Error('the check is not registered');
  return results[0];
}

const unmet = ({ expectations }: CheckReport): string[] =>
  expectations.filter(({ ok }) => !ok).map(({ expected }) => expected.replace(/:.*/, ''));

type Redirect = NonNullable<Faults['redirect']>;
const prediction: Redirect = { status: 200, location: () => '' };

const CIRCLE = { status: 301, headers: { Location: '/predict' } };

describe('http.redirect', () => {
  it.each(['GET', 'POST'] as const)('fails where plain HTTP serves only %s', async (onlyFor) => {
    const result = await judge({ gateway: { redirect: { ...prediction, onlyFor } } });
    expect([result.verdict, unmet(result)]).toEqual(['fail', [onlyFor]]);
  });

  it('fails where nobody listens', async () => {
    const result = await judge({ promise: { http: 'http://localhost:1' } });
    expect([result.verdict, unmet(result)]).toEqual(['fail', ['GET', 'POST']]);
  });

  it('fails where the redirect goes round in a circle', async () => {
    const result = await judge({ gateway: { open: () => CIRCLE } });
    expect([result.verdict, unmet(result)]).toEqual(['fail', ['an answer where it leads']]);
  });

  it('fails where the redirect leads to nobody', async () => {
    const silent = await listen(createServer((socket) => socket.destroy()));
    const https = `https://localhost:${silent.port}`;
    const redirect: Redirect = { status: 308, location: (path) => https + path };
    const result = await judge({ gateway: { redirect }, promise: { https } });
    await silent.close();
    expect([result.verdict, unmet(result)]).toEqual(['fail', ['an answer where it leads']]);
  });

  it('takes an explicit default port for none', async () => {
    const redirect: Redirect = { status: 301, location: (path) => `https://localhost:443${path}` };
    const result = await judge({ gateway: { redirect }, promise: { https: 'https://localhost', connectTo: null } });
    expect(unmet(result)).not.toContain('GET');
  });
});
