import { createServer, type AddressInfo } from 'node:net';
import { platform } from 'node:os';
import { expect, it } from 'vitest';
import { listeningSockets, parseSocketTable } from '../../../src/doctor/listening-sockets.js';

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

it('reads addresses, ports and inodes of listening sockets, and of no others', () => {
  const table = `${HEADER}
   0: 0100007F:2382 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 00000000:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
   2: 0100007F:2382 0100007F:D4A1 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
`;
  expect(parseSocketTable(table)).toEqual([
    { address: '127.0.0.1', port: 9090, inode: '4711' },
    { address: '0.0.0.0', port: 443, inode: '4712' },
  ]);
});

it('reads IPv6 addresses', () => {
  const table = `${HEADER}
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 1 1 0 100 0 0 10 0
   1: 00000000000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 2 1 0 100 0 0 10 0
   2: B80D0120000000000000000005000000:01BB 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 3 1 0 100 0 0 10 0
`;
  expect(parseSocketTable(table).map(({ address }) => address)).toEqual(['::', '::1', '2001:db8::5']);
});

it.runIf(platform() === 'linux')('sees a socket that is really there', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await listeningSockets()).toContainEqual(expect.objectContaining({ address: '127.0.0.1', port }));
  await new Promise((resolve) => server.close(resolve));
  expect((await listeningSockets()).map((socket) => socket.port)).not.toContain(port);
});
