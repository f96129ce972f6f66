import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { PublishedContainer } from '../engine/docker/published.js';
import { listeningSockets } from './listening-sockets.js';

export type PortHolder =
  | { kind: 'container'; name: string; project: string | null }
  /** null: this user may not see whose socket it is. */
  | { kind: 'process'; pid: number | null; command: string | null }
  /** The address is none of this machine's. */
  | { kind: 'no-such-address' };

/**
 * Who keeps us from publishing a port: a container that publishes it, else the process that
 * listens. null: the port is free.
 * @param bind address on which it is to be published: `0.0.0.0`, `127.0.0.1`, `::`
 * @param containers what the engine runs; none when it cannot be asked
 */
export async function findPortHolder(
  bind: string,
  port: number,
  containers: readonly PublishedContainer[],
): Promise<PortHolder | null> {
  const container = containers.find(({ ports }) =>
    ports.some((published) => published.port === port && overlap(published.bind, bind)),
  );
  if (container !== undefined) return { kind: 'container', name: container.name, project: container.project };
  const obstacle = await tryToListen(bind, port);
  if (obstacle === 'EADDRNOTAVAIL') return { kind: 'no-such-address' };
  const owner = await findListener(bind, port);
  // EACCES: this user may not use low ports, the engine may; then only the kernel's table tells.
  return owner ?? (obstacle === 'EADDRINUSE' ? { kind: 'process', pid: null, command: null } : null);
}

/** `container web of project shop`, `nginx (pid 123)`. */
export function describePortHolder(holder: PortHolder): string {
  if (holder.kind === 'no-such-address') return 'nobody: this machine does not have that address';
  if (holder.kind === 'container') {
    return `container ${holder.name}${holder.project === null ? '' : ` of project ${holder.project}`}`;
  }
  if (holder.pid === null) return 'a process that this user may not see';
  return `${holder.command ?? 'a process'} (pid ${holder.pid})`;
}

/** `0.0.0.0` and `::` are every address. */
const overlap = (one: string, other: string): boolean => one === other || [one, other].some(isWildcard);
const isWildcard = (address: string): boolean => ['', '0.0.0.0', '::'].includes(address);

function tryToListen(bind: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? null));
    server.listen({ host: bind, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

async function findListener(bind: string, port: number): Promise<PortHolder | null> {
  const sockets = (await listeningSockets()).filter((socket) => socket.port === port && overlap(socket.address, bind));
  if (sockets.length === 0) return null;
  const inodes = new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
  for (const pid of await processIds()) {
    if (await holdsAny(pid, inodes)) return { kind: 'process', pid, command: await commandOf(pid) };
  }
  return { kind: 'process', pid: null, command: null };
}

async function processIds(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function holdsAny(pid: number, targets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const links = await Promise.all(descriptors.map((name) => readlink(join(folder, name)).catch(() => '')));
  return links.some((link) => targets.has(link));
}

async function commandOf(pid: number): Promise<string | null> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null);
  return name === null ? null : name.trim();
}
