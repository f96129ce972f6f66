import { expect, it } from 'vitest';
import type { EngineProbe } from '../../../src/verify/engine-probe.js';
import { createMarker } from '../../../src/verify/mark.js';
import { ownAddressAtGateway } from '../../../src/verify/own-address-at-gateway.js';
import { openTarget } from '../../../src/verify/target.js';
import { makeContainer, makeEngine, published } from './support/containers.js';
import { makeSpec } from './support/spec.js';

const gateway = makeContainer('nginx', { ports: [published(1, 443)] });
const REQUEST = { path: '/predict' };

/** Nobody listens there: only what the log says counts. */
async function addressBy(engine: EngineProbe | null): Promise<string | null> {
  const deployment = { containers: [makeContainer('api'), gateway] };
  const target = openTarget(makeSpec({ https: 'https://127.0.0.1:1', deployment }), { engine, pace: 1 });
  try {
    return await ownAddressAtGateway(target, REQUEST, createMarker('abc'));
  } finally {
    await target.close();
  }
}

const logging = (...lines: string[]): EngineProbe =>
  makeEngine({ logsSince: async (id) => (id === gateway.id ? lines.join('\n') : '{"client":"9.9.9.9"}') });

const line = (client: string, uri: string): string => JSON.stringify({ time: 'now', client, uri });

it('is what the gateway wrote down beside the marked request', async () => {
  const others = line('172.18.0.7', '/predict?verify=other-0');
  expect(await addressBy(logging(others, line('172.18.0.1', '/predict?verify=abc-0'), others))).toBe('172.18.0.1');
  expect(await addressBy(logging(line('fd00::1', '/predict?verify=abc-0')))).toBe('fd00::1');
});

it('is not known without an engine, or from a log in other words', async () => {
  expect(await addressBy(null)).toBeNull();
  expect(await addressBy(logging('172.18.0.1 - GET /predict?verify=abc-0'))).toBeNull();
});
