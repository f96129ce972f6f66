import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

// Below the range from which the kernel gives ports to outgoing connections.
const LOWEST = 20_000;
const HIGHEST = 31_999;

/** A port that was given away need not be in use yet: none is given twice. */
const given = new Set<number>();

/** Random, so that other runs hardly ever choose the same; the two workers of this run never do. */
function candidate(): number {
  const parity = Number(process.env['VITEST_POOL_ID'] ?? 0) % 2;
  return LOWEST + 2 * Math.floor((Math.random() * (HIGHEST - LOWEST + 1)) / 2) + parity;
}

/** Listens where nobody else does, on 127.0.0.1. */
async function claim(): Promise<{ port: number; server: Server }> {
  for (;;) {
    const port = candidate();
    if (given.has(port)) continue;
    given.add(port);
    const server = createServer();
    try {
      server.listen({ host: '127.0.0.1', port, exclusive: true });
      await once(server, 'listening');
      return { port, server };
    } catch {
      server.close();
    }
  }
}

const release = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** A port that is free on 127.0.0.1. */
export async function freePort(): Promise<number> {
  const { port, server } = await claim();
  await release(server);
  return port;
}

/** Takes a port for as long as `work` runs. */
export async function whileTaken<T>(work: (port: number) => Promise<T>): Promise<T> {
  const { port, server } = await claim();
  try {
    return await work(port);
  } finally {
    await release(server);
  }
}
