import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { LogOptions } from '../engine.js';

const HEADER_LENGTH = 8;

/** The payloads of the engine's log frames (1 byte stream, 3 bytes nothing, 4 bytes length, payload), joined. */
export function demultiplex(frames: Buffer): string {
  const payloads: Buffer[] = [];
  for (let at = 0; at + HEADER_LENGTH <= frames.length;) {
    const end = at + HEADER_LENGTH + frames.readUInt32BE(at + 4);
    payloads.push(frames.subarray(at + HEADER_LENGTH, end));
    at = end;
  }
  return Buffer.concat(payloads).toString('utf8');
}

export async function lastLogLines(docker: Docker, container: string, count: number): Promise<string[]> {
  const frames = await docker.getContainer(container).logs({ stdout: true, stderr: true, tail: count, follow: false });
  return demultiplex(frames)
    .split('\n')
    .filter((line) => line !== '');
}

export async function streamLogs(docker: Docker, container: string, options: LogOptions): Promise<void> {
  const frames = await docker.getContainer(container).logs({
    stdout: true,
    stderr: true,
    follow: true,
    ...(options.tail !== undefined && { tail: options.tail }),
    ...(!options.follow && { until: Math.ceil(Date.now() / 1000) }),
  });
  const text = new PassThrough();
  docker.modem.demuxStream(frames, text, text);
  const stop = (): void => {
    (frames as NodeJS.ReadableStream & { destroy(): void }).destroy();
    text.end();
  };
  frames.once('end', () => text.end());
  options.signal.addEventListener('abort', stop, { once: true });
  for await (const line of createInterface({ input: text })) options.onLine(line);
  options.signal.removeEventListener('abort', stop);
}
