import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { platform } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { describePortHolder, findPortHolder } from '../../../src/doctor/port-holder.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const port = await listen('127.0.0.1');
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

describe('a free port', () => {
  it('has no holder, and is still free after the question', async () => {
    const port = await freePort();
    expect(await findPortHolder('0.0.0.0', port, [])).toBeNull();
    expect(await findPortHolder('127.0.0.1', port, [])).toBeNull();
  });

  it('is one that somebody holds on another address only', async () => {
    const port = await freePort();
    const containers = [{ name: 'web', project: null, ports: [{ bind: '127.0.0.2', port }] }];
    expect(await findPortHolder('127.0.0.1', port, containers)).toBeNull();
  });
});

describe.runIf(platform() === 'linux')('a process that listens', () => {
  it('is named by pid and command', async () => {
    const script =
      "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const holder = await findPortHolder('127.0.0.1', Number(line.toString()), []);
    child.kill('SIGKILL');
    expect(holder).toEqual({ kind: 'process', pid: child.pid, command: 'node' });
    expect(holder && describePortHolder(holder)).toBe(`node (pid ${child.pid})`);
  });

  it('on one address blocks every address, and the other way round', async () => {
    const onOne = await listen('127.0.0.1');
    expect(await findPortHolder('0.0.0.0', onOne, [])).toMatchObject({ pid: process.pid });
    const onAll = await listen('0.0.0.0');
    expect(await findPortHolder('127.0.0.1', onAll, [])).toMatchObject({ pid: process.pid });
  });
});

describe('a container', () => {
  it('is named even where no process of this machine listens for it', async () => {
    const port = await freePort();
    const containers = [
      { name: 'other', project: null, ports: [{ bind: '0.0.0.0', port: port + 1 }] },
      { name: 'shop-gateway-1', project: 'shop', ports: [{ bind: '0.0.0.0', port }] },
    ];
    const holder = await findPortHolder('127.0.0.1', port, containers);
    expect(holder).toEqual({ kind: 'container', name: 'shop-gateway-1', project: 'shop' });
    expect(holder && describePortHolder(holder)).toBe('container shop-gateway-1 of project shop');
  });
});

it('says when the address is none of this machine', async () => {
  expect(await findPortHolder('192.0.2.77', await freePort(), [])).toEqual({ kind: 'no-such-address' });
});
