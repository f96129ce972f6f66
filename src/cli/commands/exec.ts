import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { executeAttached, type ExecStreams, type Terminal } from '../../engine/docker/attached-exec.js';
import { connect } from '../../engine/docker/connect.js';
import { createDockerReader } from '../../engine/docker/reader.js';
import { operationError, usageError } from '../../errors.js';
import type { ObservedContainer } from '../../plan/observed.js';
import { printJson } from '../../report/print.js';
import { assertService } from '../change-generation.js';
import type { CommandBody } from '../command.js';
import { parseWhole } from '../parse-options.js';
import { openProject } from '../project.js';

interface ExecOptions {
  index?: string;
}

/** `fortress exec`: a command in a container of the stack, as if it ran here. */
export const run: CommandBody<ExecOptions> = async ({ args: [service = '', ...words], options, signal }) => {
  const command = words[0] === '--' ? words.slice(1) : words;
  if (command.length === 0) throw usageError(`fortress exec ${service}: found no command to run`);
  const index = options.index === undefined ? null : parseWhole(options.index, '--index', 'a container');
  const { project } = await openProject(options);
  const connection = await connect();
  const { containers } = await createDockerReader(connection).observe(project);
  const { name } = chooseContainer(service, index, containers, project);
  const execute = (streams: ExecStreams): Promise<number> =>
    executeAttached(connection.docker, name, command, streams, signal);
  return options.json ? inJson(name, execute) : withOwnStreams(execute);
};

type Execute = (streams: ExecStreams) => Promise<number>;

function chooseContainer(
  service: string,
  index: number | null,
  containers: ObservedContainer[],
  project: string,
): ObservedContainer {
  if (containers.length === 0)
    throw operationError('NOT_UP', `${project} is not up`, { hint: 'start it with: fortress up' });
  assertService(service, containers, project);
  const running = containers
    .filter((container) => container.service === service && container.state === 'running')
    .toSorted((a, b) => a.slot - b.slot);
  const [first] = running;
  if (!first) {
    throw operationError('NOT_RUNNING', `no container of ${service} runs`, {
      hint: `look why: fortress logs ${service}`,
    });
  }
  const chosen = index === null ? first : running.find(({ slot }) => slot === index);
  if (chosen) return chosen;
  throw usageError(`--index: found ${index}; no container of ${service} with this number runs`, {
    hint: `there are: ${running.map(({ name, slot }) => `${slot} (${name})`).join(', ')}`,
  });
}

/** What a shell says of a program whose output nobody reads any more: `… | head`. */
const SIGPIPE = 141;

async function withOwnStreams(execute: Execute): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const interactive = stdin.isTTY && stdout.isTTY;
  let unread = false;
  stdout.once('error', () => (unread = true));
  if (interactive) stdin.setRawMode(true);
  try {
    return await execute({ stdin, stdout, stderr, terminal: interactive ? ownTerminal() : null });
  } catch (error) {
    if (unread) return SIGPIPE;
    throw error;
  } finally {
    if (interactive) stdin.setRawMode(false);
    // What is typed from now on is not for us, and must not keep us waiting.
    process.stdin.destroy();
  }
}

const ownTerminal = (): Terminal => ({
  kind: process.env['TERM'] ?? 'xterm',
  size: () => ({ rows: process.stdout.rows, columns: process.stdout.columns }),
  onResize: (listener) => void process.stdout.on('resize', listener),
});

async function inJson(container: string, execute: Execute): Promise<number> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = Promise.all([text(stdout), text(stderr)]);
  try {
    const exitCode = await execute({ stdin: process.stdin, stdout, stderr, terminal: null });
    stdout.end();
    stderr.end();
    const [out, err] = await output;
    printJson({ container, exitCode, stdout: out, stderr: err });
    return exitCode;
  } finally {
    // What is typed from now on is not for us, and must not keep us waiting.
    process.stdin.destroy();
  }
}
