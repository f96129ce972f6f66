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

/** @param count lines from the end; undefined: all */
export async function lastLogLines(docker: Docker, container: string, count: number | undefined): Promise<string[]> {
  const options = { stdout: true, stderr: true, follow: false, ...(count !== undefined && { tail: count }) } as const;
  const frames = await docker.getContainer(container).logs(options);
  return demultiplex(frames)
    .split('\n')
    .filter((line) => line !== '');
}

/** Not following, an engine may keep the stream open for ever: then what is there is read at once. */
export async function streamLogs(docker: Docker, container: string, options: LogOptions): Promise<void> {
  if (options.follow) return followLogs(docker, container, options);
  for (const line of await lastLogLines(docker, container, options.tail)) options.onLine(line);
}

async function followLogs(docker: Docker, container: string, options: LogOptions): Promise<void> {
  const frames = await docker.getContainer(container).logs({
    stdout: true,
    stderr: true,
    follow: true,
    ...(options.tail !== undefined && { tail: options.tail }),
  });
  const text = new PassThrough();
  docker.modem.demuxStream(frames, text, text);
  const stop = (): void => {
    (frames as NodeJS.ReadableStream & { destroy(): void }).destroy();
    text.end();
  };
  frames.once('end', () => text.end());
  if (options.signal.aborted) stop();
  options.signal.addEventListener('abort', stop, { once: true });
  for await (const line of createInterface({ input: text })) options.onLine(line);
  options.signal.removeEventListener('abort', stop);
}
