import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assertPortsFree } from '../../../src/cli/assert-ports-free.js';
import { ExitCode } from '../../../src/errors.js';
import type { Connection } from '../../../src/engine/docker/connect.js';
import type { Plan } from '../../../src/plan/operation.js';
import { fakeEngine } from '../engine/docker/fake-engine.js';
import { createMemoryEngine } from '../plan/memory-engine.js';
import { planFor, wish } from '../plan/world.js';

/** A port of this machine that somebody listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A plan that publishes the gateway's two ports on the loopback address. */
const planWith = (httpPort: number, httpsPort: number): Plan =>
  planFor(
    wish({ config: { gateway: { bind: '127.0.0.1', httpPort, httpsPort }, monitoring: false } }),
    createMemoryEngine(),
  );

async function connectionTo(containers: object[]): Promise<Connection> {
  const engine = await fakeEngine({ 'GET /containers/json': { json: containers } });
  return {
    docker: engine.docker,
    address: { url: engine.url, origin: 'test' },
    version: '20.10',
    architecture: 'amd64',
  };
}

const publishing = (port: number, project: string | undefined): object => ({
  Names: ['/web-1'],
  Labels: project === undefined ? {} : { 'dev.fortress.project': project },
  Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: port, Type: 'tcp' }],
});

test('free ports are fine', async () => {
  const checked = assertPortsFree(planWith(await freePort(), await freePort()), await connectionTo([]));
  await expect(checked).resolves.toBeUndefined();
});

test('names every taken port and who holds it, before anything is changed', async () => {
  const [listening, published] = [await takenPort(), await freePort()];
  await expect(
    assertPortsFree(planWith(listening, published), await connectionTo([publishing(published, undefined)])),
  ).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    exitCode: ExitCode.failed,
    message: expect.stringMatching(
      new RegExp(
        `^port ${listening} is taken by .*\\(pid ${process.pid}\\); port ${published} is taken by container web-1$`,
      ),
    ) as string,
    hint: 'stop what listens there, or choose another port in fortress.config.ts; nothing was changed',
  });
});

test("another project's container is named with its project; our own gives way by itself", async () => {
  const port = await freePort();
  const plan = planWith(port, await freePort());
  await expect(assertPortsFree(plan, await connectionTo([publishing(port, 'blog')]))).rejects.toThrow(
    `port ${port} is taken by container web-1 of project blog`,
  );
  await assertPortsFree(plan, await connectionTo([publishing(port, 'shop')]));
});

test('an address that this machine does not have is told as that', async () => {
  const plan = planFor(
    wish({ config: { gateway: { bind: '192.0.2.1', httpPort: 8080, httpsPort: 8443 }, monitoring: false } }),
    createMemoryEngine(),
  );
  await expect(assertPortsFree(plan, await connectionTo([]))).rejects.toThrow(
    'port 8080 cannot be published on 192.0.2.1: this machine does not have that address',
  );
});

test('nothing is asked when nothing is published, or when the engine is on another machine', async () => {
  const taken = await takenPort();
  const { docker, asked } = await fakeEngine();
  const connection = { docker, version: '20.10', architecture: 'amd64' };
  const local = { url: 'unix:///x.sock', origin: 'test' };
  await assertPortsFree({ project: 'shop', operations: [], rollouts: [] }, { ...connection, address: local });
  await assertPortsFree(planWith(taken, taken + 1), { ...connection, address: { ...local, url: 'ssh://me@remote' } });
  expect(asked).toEqual([]);
});
