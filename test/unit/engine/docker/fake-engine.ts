import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import Docker from 'dockerode';
import { onTestFinished } from 'vitest';

interface Asked {
  /** `POST /containers/create`, without the query. */
  call: string;
  query: URLSearchParams;
  body: Buffer;
}

/** What the engine answers: a status with a JSON document, bytes, or whatever a function writes. */
type Answer = { status?: number; json?: unknown; bytes?: Buffer } | ((asked: Asked, response: ServerResponse) => void);

export interface FakeEngine {
  url: string;
  docker: Docker;
  /** All requests so far, in order. */
  asked: Asked[];
  /** Answers by `METHOD /path`; may be changed at any time. What is not there gets 404. */
  answers: Record<string, Answer>;
}

/** The HTTP side of a Docker Engine on a socket of its own; it ends with the test. */
export async function fakeEngine(answers: Record<string, Answer> = {}): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-engine-'));
  const socket = join(folder, 'docker.sock');
  const engine: FakeEngine = {
    url: `unix://${socket}`,
    docker: new Docker({ socketPath: socket }),
    asked: [],
    answers,
  };
  const server = createServer((request, response) => void answer(engine, request, response));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return engine;
}

async function answer(
  { asked, answers }: FakeEngine,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://engine');
  const current: Asked = { call: `${request.method} ${pathname}`, query: searchParams, body: await buffer(request) };
  asked.push(current);
  const found = answers[current.call] ?? { status: 404, json: { message: `no answer to ${current.call}` } };
  if (typeof found === 'function') {
    found(current, response);
    return;
  }
  response.writeHead(found.status ?? 200, {
    'content-type': found.bytes ? 'application/octet-stream' : 'application/json',
  });
  response.end(found.bytes ?? JSON.stringify(found.json ?? {}));
}

/** Output as the engine frames it: stream number, length, payload. */
export function frame(text: string, stream: 1 | 2 = 1): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
