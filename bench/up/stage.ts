import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FortressConfig } from '../../src/config/types.js';
import { messageOf, operationError } from '../../src/errors.js';
import { packageRoot } from '../../src/package-root.js';
import { ask, type Answer } from '../../test/support/http.js';
import { freePort } from '../../test/support/ports.js';
import { runTimed, type Timed } from './timed.js';

/** A project of its own in a temporary folder, driven by the built CLI. */
export interface Stage {
  project: string;
  folder: string;
  httpPort: number;
  httpsPort: number;
  /** @throws FortressError (exit 1) with what it printed when it fails */
  fortress(...parameters: string[]): Promise<Timed>;
  /** What the command prints with `--json`. */
  json<T>(...parameters: string[]): Promise<T>;
  client(): Promise<Client>;
  /** Takes down whatever there is and removes the folder. */
  remove(): Promise<void>;
}

/** What a client of the gateway needs to be let in. */
export interface Client {
  /** PEM. */
  ca: string;
  /** `name:password` */
  login: string;
}

const freePorts = async (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => freePort()));

/**
 * The default stack on free ports, without the limit of requests: it would count the benchmark's own as too many.
 * @throws FortressError (exit 1) when fortress is not built
 */
export async function setStage(): Promise<Stage> {
  const cli = join(packageRoot(), 'bin', 'fortress.js');
  if (!existsSync(join(packageRoot(), 'dist', 'cli.js'))) {
    throw operationError('NOT_BUILT', 'fortress is not built', { hint: 'run `npm run build`' });
  }
  const project = `bench-${randomBytes(3).toString('hex')}`;
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${project}-`)));
  const [httpPort = 0, httpsPort = 0, exporterPort = 0, prometheusPort = 0, grafanaPort = 0] = await freePorts(5);
  const fortress = (...parameters: string[]): Promise<Timed> =>
    runTimed([process.execPath, cli, ...parameters], { cwd: folder });
  const config: FortressConfig = {
    project,
    gateway: { bind: '127.0.0.1', httpPort, httpsPort, rateLimit: false },
    monitoring: { exporterPort, prometheusPort, grafana: { port: grafanaPort } },
  };
  await fortress('init');
  await writeFile(join(folder, 'fortress.config.ts'), configText(config));
  return {
    project,
    folder,
    httpPort,
    httpsPort,
    fortress,
    async json<T>(...parameters: string[]) {
      const { output } = await fortress(...parameters, '--json');
      return JSON.parse(output.slice(output.indexOf('{'))) as T;
    },
    client: () => readClient(folder),
    async remove() {
      await fortress('down', '--purge').catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const configText = (config: FortressConfig): string =>
  `import { defineConfig } from 'fortress';\n\nexport default defineConfig(${JSON.stringify(config, null, 2)});\n`;

async function readClient(folder: string): Promise<Client> {
  const secrets = join(folder, '.fortress', 'secrets');
  const [ca, passwords] = await Promise.all([
    readFile(join(secrets, 'ca.crt'), 'utf8'),
    readFile(join(secrets, 'passwords.json'), 'utf8'),
  ]);
  const { users } = JSON.parse(passwords) as { users: Record<string, string> };
  return { ca, login: `admin:${users['admin']}` };
}

/** One prediction on a connection of its own. */
export const predict = (port: number, { ca, login }: Client): Promise<Answer> =>
  ask({
    port,
    path: '/predict',
    method: 'POST',
    ca,
    login,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sentence: 'I love this so much' }),
  });
