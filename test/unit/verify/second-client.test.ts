import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../../src/verify/reply.js';
import { askAsSecondClient, judgeSecondClients } from '../../../src/verify/second-client.js';
import { openTarget } from '../../../src/verify/target.js';
import { makeContainer, makeEngine, published } from './support/containers.js';
import { pretendInterfaces } from './support/interfaces.js';
import { makeReply } from './support/results.js';
import { makeSpec } from './support/spec.js';

/** All of these lead to this machine. */
const OWN = '127.1.1.1';
const BRIDGE = '127.2.2.1';
const IN_BRIDGE = '127.2.2.9';

const replies = (...statuses: (number | null)[]): Reply[] =>
  statuses.map((status, index) => ({ ...makeReply(status), sentAt: index, doneAt: index + 1 }));

const DURING = { until: 100, promised: null };
const judge = (isSurelyAnother: boolean, ...statuses: (number | null)[]) =>
  judgeSecondClients(
    { clients: [{ address: '192.0.2.7', isSurelyAnother, replies: replies(...statuses) }], reason: null },
    DURING,
  );

describe('judgeSecondClients', () => {
  it('takes a client that is served for proof, whoever it is taken for', () => {
    for (const isSurelyAnother of [true, false]) {
      expect(judge(isSurelyAnother, 200, 401, 200, 200)).toEqual({ ok: true, found: '192.0.2.7: 0 of 4 rejected' });
    }
  });

  it('blames the limit for rejections only where it is surely another client', () => {
    expect(judge(true, 503, 503, 200, 503)).toEqual({ ok: false, found: '192.0.2.7: 3 of 4 rejected' });
    expect(judge(false, 503, 503, 503, 503)).toMatchObject({
      retry: false,
      untold: expect.stringContaining('503') as string,
    });
  });

  it.each([
    ['too few answers', [200, 200, 200]],
    ['a rejection or two', [200, 503, 200, 200, 200]],
  ])('cannot tell from %s, and wants another attempt', (_name, statuses) => {
    expect(judge(true, ...statuses)).toMatchObject({ untold: expect.any(String) as string, retry: true });
  });

  it('has nobody to ask as where the port is not open to the other address', () => {
    const refused = replies(null, null, null, null);
    const clients = [{ address: '192.0.2.7', isSurelyAnother: true, replies: refused }];
    expect(judgeSecondClients({ clients, reason: null }, DURING)).toMatchObject({ retry: false });
  });

  it('cannot tell from answers that did not come, and wants another attempt', () => {
    const late = replies(null, null, null, null).map((reply) => ({ ...reply, errorCode: 'UND_ERR_ABORTED' }));
    const clients = [{ address: '192.0.2.7', isSurelyAnother: true, replies: late }];
    expect(judgeSecondClients({ clients, reason: null }, DURING)).toMatchObject({ retry: true });
  });

  it('does not count what was answered after the flood', () => {
    const clients = [{ address: '192.0.2.7', isSurelyAnother: true, replies: replies(200, 200, 200, 200) }];
    expect(judgeSecondClients({ clients, reason: null }, { until: 2, promised: null })).toHaveProperty('untold');
  });

  it('is content with one of several', () => {
    const clients = [
      { address: '127.0.0.2', isSurelyAnother: false, replies: replies(503, 503, 503, 503) },
      { address: '192.0.2.7', isSurelyAnother: true, replies: replies(200, 200, 200, 200) },
    ];
    expect(judgeSecondClients({ clients, reason: null }, DURING)).toMatchObject({ ok: true });
  });
});

/** Who this machine could be, and whether surely, to a target with these traits. */
async function clientsFor(
  changes: Parameters<typeof makeSpec>[0],
  options?: Parameters<typeof openTarget>[1],
): Promise<Record<string, boolean>> {
  const target = openTarget(makeSpec({ https: 'https://127.0.0.1:1', ...changes }), options);
  const { clients } = await askAsSecondClient(target, { path: '/' }, 0);
  await target.close();
  return Object.fromEntries(clients.map(({ address, isSurelyAnother }) => [address, isSurelyAnother]));
}

describe('askAsSecondClient', () => {
  beforeEach(() => {
    pretendInterfaces({ 'br-0123456789ab': BRIDGE, eth0: OWN });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is any loopback address to a process of this machine', async () => {
    const engine = makeEngine();
    expect(await clientsFor({ deployment: { unknown: 'no container publishes port 1' } }, { engine })).toEqual({
      [OWN]: true,
      '127.0.0.2': true,
    });
  });

  it('is surely nobody where no engine says how the target is reached', async () => {
    expect(await clientsFor({})).toEqual({ [OWN]: false, '127.0.0.2': false });
  });

  it('is this machine by its own address to a container in a network of this machine', async () => {
    const engine = makeEngine();
    const inside = makeContainer('nginx', { ports: [published(1, 443)], addresses: [IN_BRIDGE] });
    const relayed = makeContainer('nginx', { ports: [published(1, 443)], addresses: ['203.0.113.5'] });
    expect(await clientsFor({ deployment: { containers: [inside] } }, { engine })).toEqual({
      [OWN]: true,
      '127.0.0.2': false,
    });
    expect(await clientsFor({ deployment: { containers: [relayed] } }, { engine })).toEqual({
      [OWN]: false,
      '127.0.0.2': false,
    });
  });

  it('is not surely anybody by the bridge of the gateway, which hides who asks', async () => {
    const engine = makeEngine();
    const nginx = makeContainer('nginx', { ports: [published(1, 443)], addresses: [IN_BRIDGE] });
    for (const name of ['br-0123456789ab', 'stack']) {
      pretendInterfaces({ [name]: BRIDGE });
      expect(await clientsFor({ deployment: { containers: [nginx] } }, { engine })).toEqual({ '127.0.0.2': false });
    }
  });

  it("is nobody to somebody else's container", async () => {
    const outsiders = [{ name: 'other', project: null, ports: [1] }];
    const deployment = { containers: [], outsiders };
    expect(await clientsFor({ deployment }, { engine: makeEngine() })).toEqual({ [OWN]: false, '127.0.0.2': false });
  });

  it('is nobody to another machine', async () => {
    const target = openTarget(makeSpec({ https: 'https://203.0.113.5' }));
    expect(await askAsSecondClient(target, { path: '/' }, 0)).toMatchObject({
      clients: [],
      reason: expect.stringContaining('another machine') as string,
    });
  });
});
