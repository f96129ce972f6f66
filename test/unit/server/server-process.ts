import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { writeDocsFolder } from './docs-folder.js';

/** The server as one file, as it is in the image. */
export interface ServerBundle {
  file: string;
  remove(): Promise<void>;
}

export async function bundleServer(): Promise<ServerBundle> {
  // Inside node_modules, so that the bundle finds onnxruntime-node as it does in the image.
  const cache = resolve('node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'server-test-'));
  const file = join(folder, 'server.mjs');
  writeDocsFolder(join(folder, 'docs'));
  await build({
    entryPoints: ['src/server/main.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['onnxruntime-node'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface ServerProcess {
  child: ChildProcessByStdio<null, Readable, Readable>;
  output: { stdout: string; stderr: string };
}

/** Starts a bundled server with the repository's model on a free port. */
export function startServer(file: string, env: Record<string, string>, nodeOptions: string[] = []): ServerProcess {
  const child = spawn(process.execPath, [...nodeOptions, file], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', MODEL_PATH: resolve('model/model.onnx'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return { child, output };
}

/** Waits until the server listens. */
export async function portOf({ child, output }: ServerProcess): Promise<number> {
  for (;;) {
    const port = /127\.0\.0\.1:(\d+)/.exec(output.stdout)?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) throw new Error(`server ended: ${output.stderr}`);
    await sleep(10);
  }
}
