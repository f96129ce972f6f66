import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, type ResultPromise } from 'execa';

/** A Docker Engine beside this machine's own, in namespaces of its own, that may be stopped and killed. */
export interface OwnEngine {
  /** For DOCKER_HOST. */
  url: string;
  /** The words that run a command where the engine and its containers can be reached. */
  within: string[];
  start(): Promise<void>;
  /** Resolves when it has ended. */
  stop(signal: 'TERM' | 'KILL'): Promise<void>;
  /** Gives it images of this machine's engine. */
  copyImages(references: string[]): Promise<void>;
  /** Makes a port of the engine's 127.0.0.1 one of ours. */
  forward(port: number): void;
  /** Ends it with all that it runs. */
  close(): Promise<void>;
}

/** Milliseconds that an engine has to begin. */
const START_TIMEOUT = 60_000;
const FORWARD = join(import.meta.dirname, 'forward.js');
/** The first process of the namespaces: it keeps them, and takes leave of those that nobody waits for. */
const HOLDER = 'ip link set lo up && echo ready && while sleep 1; do :; done';

/** @throws Error where namespaces cannot be made: these tests are nothing without them */
export async function createOwnEngine(): Promise<OwnEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-engine-'));
  const at = (name: string): string => join(folder, name);
  const url = `unix://${at('docker.sock')}`;
  const { holder } = await holdNamespaces();
  const ofHolder = `/proc/${holder.pid}/ns`;
  const within = ['nsenter', `--net=${ofHolder}/net`];
  const inside = [...within, `--mount=${ofHolder}/mnt`, `--pid=${ofHolder}/pid_for_children`];
  await mkdir(at('data'));
  await writeFile(at('containerd.toml'), containerdConfig(folder));
  // A service of its own, as where a system starts both: it survives an engine that is killed.
  const bridges = [run([...inside, 'containerd', '--config', at('containerd.toml')])];
  let daemon: ResultPromise | null = null;

  return {
    url,
    within,
    async start() {
      daemon = run([
        ...inside,
        'dockerd',
        `--host=${url}`,
        `--containerd=${at('containerd.sock')}`,
        `--config-file=${at('daemon.json')}`,
        `--data-root=${at('data')}`,
        `--exec-root=${at('exec')}`,
        `--pidfile=${at('docker.pid')}`,
      ]);
      await writeFile(at('daemon.json'), '{}');
      const deadline = Date.now() + START_TIMEOUT;
      while (!(await answers(url))) {
        if (Date.now() > deadline) {
          daemon.kill('SIGKILL');
          const { stderr } = await daemon;
          throw new Error(`the second engine did not begin within ${START_TIMEOUT} ms; it said:\n${lastOf(stderr)}`);
        }
        await sleep(200);
      }
    },
    async stop(signal) {
      await execa('sh', ['-c', `${inside.join(' ')} sh -c 'kill -${signal} $(cat ${at('docker.pid')})'`]);
      await daemon;
      await rm(at('docker.pid'), { force: true });
    },
    async copyImages(references) {
      await execa('docker', ['save', '--output', at('images.tar'), ...references]);
      await execa('docker', ['--host', url, 'load', '--input', at('images.tar')]);
      await rm(at('images.tar'));
    },
    forward(port) {
      const path = at(`${port}.sock`);
      bridges.push(run([...within, process.execPath, FORWARD, 'out', String(port), path]));
      bridges.push(run([process.execPath, FORWARD, 'in', String(port), path]));
    },
    async close() {
      for (const bridge of bridges) bridge.kill('SIGKILL');
      // All processes of a pid namespace end with its first one, and mounts with the last.
      holder.kill('SIGKILL');
      await Promise.all([...bridges, holder, daemon]);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

/** In an object, because a promise of the process itself would wait for its end. */
async function holdNamespaces(): Promise<{ holder: ResultPromise }> {
  const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const holder = run(['unshare', ...flags, 'sh', '-c', HOLDER]);
  const isReady = await Promise.race([
    once(holder.stdout ?? process.stdin, 'data').then(() => true),
    holder.then(() => false),
  ]);
  if (isReady) return { holder };
  throw new Error(`no namespaces could be made; this test needs root on Linux: ${String((await holder).stderr)}`);
}

const containerdConfig = (folder: string): string => `version = 2
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${folder}/containerd.sock"
`;

const run = ([command = '', ...args]: string[]): ResultPromise =>
  execa(command, args, { reject: false, stdin: 'ignore', maxBuffer: 1_000_000 });

/** The end of what a program said. */
const lastOf = (output: unknown): string => String(output).slice(-2000);

const answers = async (url: string): Promise<boolean> =>
  (await execa('docker', ['--host', url, 'version'], { reject: false })).exitCode === 0;
