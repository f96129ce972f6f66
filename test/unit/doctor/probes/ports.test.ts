import { createServer, type AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../../../src/config/types.js';
import type { EngineState } from '../../../../src/doctor/engine-state.js';
import type { Finding } from '../../../../src/doctor/probe.js';
import { ports } from '../../../../src/doctor/probes/ports.js';
import { context, notReady, ready } from '../fixture.js';

let port: number;
const server = createServer();
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const configFor = (httpsPort: number, bind = '127.0.0.1'): FortressConfig => ({
  gateway: { httpPort: httpsPort === 1024 ? 1025 : 1024, httpsPort, bind },
  monitoring: false,
});

async function probe(engine: EngineState, input = configFor(port)): Promise<Finding | undefined> {
  return (await ports.run(context(engine, input))).find(({ title }) => title === `Port ${input.gateway?.httpsPort}`);
}

const titles = async (input: FortressConfig): Promise<string[]> =>
  (await ports.run(context(notReady('unreachable'), input))).map(({ title }) => title);

describe('a port', () => {
  it('is looked at for everything that the configuration publishes', async () => {
    expect(await titles({})).toEqual(['Port 80', 'Port 443', 'Port 9113', 'Port 9090', 'Port 3000']);
    expect(await titles({ monitoring: { grafana: false } })).toHaveLength(4);
    expect(await titles({ monitoring: false })).toHaveLength(2);
  });

  it.runIf(platform() === 'linux')('that a process has fails, with its pid and two ways out', async () => {
    expect(await probe(notReady('unreachable'))).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(`(pid ${process.pid})`),
      fix: `kill ${process.pid}, or choose another gateway.httpsPort in fortress.config.ts`,
    });
  });

  it('that another container has fails, with its name', async () => {
    const containers = [{ name: 'web', project: null, ports: [{ bind: '0.0.0.0', port }] }];
    expect(await probe(ready({ containers }))).toMatchObject({
      status: 'fail',
      found: 'taken by container web',
      fix: expect.stringMatching(/^docker stop web, or /),
    });
  });

  it('that our own project has is well', async () => {
    const containers = [{ name: 'sentiment-gateway-1', project: 'sentiment', ports: [{ bind: '127.0.0.1', port }] }];
    expect(await probe(ready({ containers }))).toMatchObject({
      status: 'ok',
      found: 'held by this project (sentiment-gateway-1)',
    });
  });

  it('on an address that this machine does not have fails', async () => {
    expect(await probe(ready(), configFor(port, '192.0.2.77'))).toMatchObject({
      status: 'fail',
      found: 'this machine does not have the address 192.0.2.77',
    });
  });

  it('of an engine on another machine is not looked for here', async () => {
    expect(await probe(ready({}, 'tcp://192.0.2.1:2376'))).toMatchObject({ status: 'skip' });
  });
});
