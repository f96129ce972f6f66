import { get } from 'node:http';
import type Docker from 'dockerode';

/** Milliseconds that one question may take. */
const PROBE_TIMEOUT = 1_000;

/** From what says most to what says least. */
const KINDS = ['answered', 'no HTTP', 'hung up', 'mute', 'refused', 'silent'] as const;

/**
 * What came of one question; of an answer its status alone, for the rest may be anything.
 * `silent`: nothing at the address took the connection or refused it.
 */
export type ProbeAnswer = { kind: 'answered'; status: number } | { kind: Exclude<(typeof KINDS)[number], 'answered'> };

export const isReady = (answer: ProbeAnswer): boolean => answer.kind === 'answered' && answer.status === 200;

/** In words that follow what was asked. Pure. */
export function wordsFor(answer: ProbeAnswer): string {
  switch (answer.kind) {
    case 'answered':
      return String(answer.status);
    case 'no HTTP':
      return 'no HTTP in what it answered';
    case 'hung up':
      return 'it hung up without an answer';
    case 'mute':
      return `no answer within ${PROBE_TIMEOUT / 1000} s`;
    case 'refused':
      return 'connection refused';
    case 'silent':
      return 'no way there from here';
  }
}

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

/**
 * Asks all addresses at once for a path; the best answer counts, and the first that is ready is not waited past.
 * @returns null: there is no address
 */
export async function probe(addresses: string[], path: string): Promise<ProbeAnswer | null> {
  const answers = addresses.map((address) => ask(`http://${address}${path}`));
  const ready = answers.map(async (asked) => {
    const answer = await asked;
    if (!isReady(answer)) throw new Error('not ready');
    return answer;
  });
  try {
    return await Promise.any(ready);
  } catch {
    const all = await Promise.all(answers);
    return all.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))[0] ?? null;
  }
}

function ask(url: string): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    let connected = false;
    const request = get(url, { timeout: PROBE_TIMEOUT, agent: false }, (response) => {
      response.resume();
      resolve({ kind: 'answered', status: response.statusCode ?? 0 });
    });
    request.once('socket', (socket) => socket.once('connect', () => (connected = true)));
    request.once('timeout', () => {
      resolve({ kind: connected ? 'mute' : 'silent' });
      request.destroy();
    });
    request.once('error', ({ code = '' }: NodeJS.ErrnoException) => resolve({ kind: kindOf(code, connected) }));
  });
}

function kindOf(code: string, connected: boolean): Exclude<ProbeAnswer['kind'], 'answered'> {
  if (code === 'ECONNREFUSED') return 'refused';
  if (!connected) return 'silent';
  return code.startsWith('HPE_') ? 'no HTTP' : 'hung up';
}
