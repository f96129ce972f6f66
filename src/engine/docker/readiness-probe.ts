import { get } from 'node:http';
import type Docker from 'dockerode';

/** Milliseconds that one question may take. */
const PROBE_TIMEOUT = 1_000;

/** `silent`: nothing at the address took the connection or refused it. */
export type ProbeAnswer = 'ready' | 'not ready' | 'silent';

/** `host:port` of every way from here to a container's port. Pure. */
export function addressesOf(
  { NetworkSettings: { Networks, Ports } }: Docker.ContainerInspectInfo,
  port: number,
): string[] {
  const inside = Object.values(Networks).flatMap(({ IPAddress }) => (IPAddress ? [`${IPAddress}:${port}`] : []));
  const published = (Ports[`${port}/tcp`] ?? []).map(({ HostIp, HostPort }) => {
    const host = HostIp === '0.0.0.0' || HostIp === '::' || HostIp === '' ? '127.0.0.1' : HostIp;
    return `${host.includes(':') ? `[${host}]` : host}:${HostPort}`;
  });
  return [...inside, ...published];
}

/** Asks all addresses at once for a path; the best answer counts, and the first that is `ready` is not waited past. */
export async function probe(addresses: string[], path: string): Promise<ProbeAnswer> {
  const answers = addresses.map((address) => ask(`http://${address}${path}`));
  const ready = answers.map(async (answer) => {
    if ((await answer) !== 'ready') throw new Error('not ready');
  });
  try {
    await Promise.any(ready);
    return 'ready';
  } catch {
    return (await Promise.all(answers)).includes('not ready') ? 'not ready' : 'silent';
  }
}

function ask(url: string): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    let connected = false;
    const request = get(url, { timeout: PROBE_TIMEOUT, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'ready' : 'not ready');
    });
    request.once('socket', (socket) => socket.once('connect', () => (connected = true)));
    request.once('timeout', () => request.destroy(new Error('timeout')));
    request.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(connected || code === 'ECONNREFUSED' ? 'not ready' : 'silent'),
    );
  });
}
