import type Docker from 'dockerode';
import { execute } from '../../src/engine/docker/exec.js';
import { operationError } from '../../src/errors.js';
import { FILES_CURRENT } from '../../src/stack/stack.js';
import { file, type Actor } from './stage.js';

export const BODY = JSON.stringify({ sentence: 'I love this so much' });

/** TLS as a client may offer it. */
export const PROTOCOLS = [
  { name: 'tls13', title: 'TLS 1.3, X25519', flag: '-tls1_3', groups: 'X25519' },
  { name: 'tls13-hybrid', title: 'TLS 1.3, X25519MLKEM768', flag: '-tls1_3', groups: 'X25519MLKEM768' },
  { name: 'tls12', title: 'TLS 1.2, X25519', flag: '-tls1_2', groups: 'X25519:P-256' },
] as const;

export type Protocol = (typeof PROTOCOLS)[number];

/**
 * A container that waits to be told to send. Its files hold a password that is good for nothing else.
 * @param login `name:password`
 */
export const client = (login: string): Actor => ({
  name: 'client',
  command: ['sleep', '86400'],
  files: [
    file('predict.lua', script(login)),
    ...PROTOCOLS.map(({ name, groups }) => file(`${name}.cnf`, opensslConfiguration(groups))),
  ],
});

/** For wrk: without a function `request` it makes the request once, and sends that. */
const script = (login: string): string => `wrk.method = "POST"
wrk.body = '${BODY}'
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Basic ${Buffer.from(login).toString('base64')}"
function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  print(string.format('{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"failed":%d}', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end
`;

const opensslConfiguration = (groups: string): string => `openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = defaults
[defaults]
Groups = ${groups}
`;

/** What one round of requests came to; latencies in milliseconds. */
export interface Answers {
  requests: number;
  seconds: number;
  p50: number;
  p99: number;
  failed: number;
}

/** Sends predictions over kept connections. */
export async function sendRequests(
  docker: Docker,
  container: string,
  { name, seconds, connections }: { name: string; seconds: number; connections: number },
): Promise<Answers> {
  const wrk = [
    'wrk',
    '-t1',
    '--timeout',
    '10s',
    `-c${connections}`,
    `-d${seconds}s`,
    '-s',
    `${FILES_CURRENT}/predict.lua`,
  ];
  const output = await run(docker, container, [...wrk, `https://${name}:443/predict`]);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Answers;
}

/** Opens connections, each with a whole handshake, says nothing and closes them. @returns how many */
export async function shakeHands(
  docker: Docker,
  container: string,
  { name, seconds, protocol, clients }: { name: string; seconds: number; protocol: Protocol; clients: number },
): Promise<number> {
  const one = `OPENSSL_CONF=${FILES_CURRENT}/${protocol.name}.cnf openssl s_time -new -connect ${name}:443 ${protocol.flag} -time ${seconds}`;
  const output = await run(docker, container, ['sh', '-c', `${`${one} & `.repeat(clients)}wait`]);
  return countConnections(output);
}

/** In what `openssl s_time` prints, of all its processes. Pure. */
export const countConnections = (output: string): number =>
  [...output.matchAll(/^(\d+) connections in \d+ real seconds/gm)].reduce((sum, [, count]) => sum + Number(count), 0);

async function run(docker: Docker, container: string, command: string[]): Promise<string> {
  const { exitCode, output } = await execute(docker, container, command);
  if (exitCode === 0) return output;
  throw operationError('LOAD_FAILED', `${command[0]} ended with exit code ${exitCode}`, { why: output });
}
