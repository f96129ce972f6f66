import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { runCli, startCli, succeeded, type Outcome, type RunningCli } from './cli.js';
import { EMPTY, engineState, removeEverything } from './engine.js';
import { ask, type Answer, type Question } from './http.js';
import { freePort } from './ports.js';

type PortName = 'http' | 'https' | 'exporter' | 'prometheus' | 'grafana';

/** A project in a folder of its own, as `fortress init` makes it. */
export interface Project {
  name: string;
  folder: string;
  ports: Record<PortName, number>;
  /** Writes fortress.config.ts: own ports, no rate limit, no monitoring, and what is given. */
  configure(config?: FortressConfig): Promise<void>;
  /** Changes the text of fortress.config.ts as a person would in an editor. */
  edit(...replacements: [RegExp, string][]): Promise<void>;
  fortress(...args: string[]): Promise<Outcome>;
  /** The same; throws with all that it printed unless it exits with 0. */
  ok(...args: string[]): Promise<Outcome>;
  /** The same, under way. */
  start(...args: string[]): RunningCli;
  /** Runs with `--json`; the one document it prints. */
  json<T>(...args: string[]): Promise<T>;
  /** A request to the published port with the project's own CA, without credentials. */
  ask(question: Partial<Question>): Promise<Answer>;
  /** A prediction as the first user of the project, or as `login`. */
  predict(options?: { login?: string; group?: string; sentence?: string }): Promise<Answer>;
  /** `admin:…` with the stored random password. */
  login(user?: string): Promise<string>;
  file(path: string): Promise<string>;
}

let count = 0;

/**
 * A new project for a test file; gone when the file is done, whatever happened. Fails when
 * `fortress down --purge` leaves anything of it in the engine.
 * @param initFlags flags of `fortress init`
 */
export function useProject(...initFlags: string[]): Project {
  count += 1;
  const name = `${inject('runPrefix')}-${process.pid}-${count}`;
  const project = createProject(name);
  beforeAll(async () => {
    project.folder = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
    for (const port of Object.keys(project.ports)) project.ports[port as PortName] = await freePort();
    succeeded(await runCli(['init', ...initFlags], { cwd: project.folder }));
  });
  afterAll(async () => {
    await project.fortress('down', '--purge');
    const left = await engineState(name);
    await rm(project.folder, { recursive: true, force: true });
    await removeEverything(name);
    if (JSON.stringify(left) !== JSON.stringify(EMPTY)) {
      throw new Error(`fortress down --purge left behind: ${JSON.stringify(left, null, 2)}`);
    }
  });
  return project;
}

function createProject(name: string): Project {
  const project: Project = {
    name,
    folder: '',
    ports: { http: 0, https: 0, exporter: 0, prometheus: 0, grafana: 0 },
    configure: (config = {}) =>
      writeFile(join(project.folder, 'fortress.config.ts'), configText(withDefaults(project, config))),
    async edit(...replacements) {
      const path = join(project.folder, 'fortress.config.ts');
      let text = await readFile(path, 'utf8');
      for (const [pattern, replacement] of replacements) {
        if (!pattern.test(text)) throw new Error(`${pattern} is not in ${path}:\n${text}`);
        text = text.replace(pattern, replacement);
      }
      await writeFile(path, text);
    },
    start: (...args) => startCli(args, { cwd: project.folder }),
    fortress: (...args) => runCli(args, { cwd: project.folder }),
    ok: async (...args) => succeeded(await project.fortress(...args)),
    async json<T>(...args: string[]) {
      const { stdout } = await project.fortress(...args, '--json');
      return JSON.parse(stdout) as T;
    },
    file: (path) => readFile(join(project.folder, path), 'utf8'),
    async ask(question) {
      const ca = await project.file('.fortress/secrets/ca.crt');
      return ask({ port: project.ports.https, path: '/', ca, ...question });
    },
    async predict({ login, group, sentence = 'I love this so much' } = {}) {
      return project.ask({
        method: 'POST',
        path: '/predict',
        login: login ?? (await project.login()),
        headers: {
          'content-type': 'application/json',
          ...(group === undefined ? {} : { 'x-experiment-group': group }),
        },
        body: JSON.stringify({ sentence }),
      });
    },
    async login(user = 'admin') {
      const { users } = JSON.parse(await project.file('.fortress/secrets/passwords.json')) as {
        users: Record<string, string>;
      };
      return `${user}:${users[user]}`;
    },
  };
  return project;
}

function withDefaults({ name, ports }: Project, config: FortressConfig): FortressConfig {
  return {
    project: name,
    monitoring: false,
    ...config,
    gateway: { bind: '127.0.0.1', httpPort: ports.http, httpsPort: ports.https, rateLimit: false, ...config.gateway },
  };
}

const configText = (config: FortressConfig): string =>
  `import { defineConfig } from 'fortress';\n\nexport default defineConfig(${JSON.stringify(config, null, 2)});\n`;
