import { Command, CommanderError } from 'commander';
import { ExitCode, usageError } from '../errors.js';
import { VERSION } from '../version.js';
import type { CommandBody, GlobalOptions } from './command.js';
import { COMMANDS, type CommandDefinition } from './commands/index.js';
import { reportError } from './report-error.js';

const interruption = new AbortController();

/** The first Ctrl-C asks the command to stop in good order; the second one does not ask. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort(new DOMException('interrupted', 'AbortError'));
}

/** What is running, for those who must know whether it may be stopped. */
let running: CommandDefinition | undefined;

/**
 * Nobody reads our output any more (`fortress logs | head`), or it cannot be written (a full disk):
 * what only shows things may stop, what changes things goes on to its end.
 */
function stopWriting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    process.stderr.write(`✗ the output could not be written: ${error.message}\n`);
    process.exitCode = ExitCode.failed;
  }
  if (running?.changesThings !== true) interruption.abort(new DOMException('output closed', 'AbortError'));
}

/** They may stand before the command or behind it. */
const addGlobalOptions = (command: Command): Command =>
  command
    .option('-c, --config <path>', 'configuration file, or the folder that holds it (default: here)')
    .option('--json', 'one JSON document on stdout, and nothing else there');

function addCommand(program: Command, definition: CommandDefinition): void {
  const command = program
    .command(definition.arguments === undefined ? definition.name : `${definition.name} ${definition.arguments}`)
    .description(definition.summary);
  addGlobalOptions(command);
  if (definition.passesOptionsOn) command.passThroughOptions();
  for (const { flags, description, default: value, repeatable, group } of definition.options ?? []) {
    const option = command.createOption(flags, description).default(value);
    // A variadic option would take the arguments that follow it for values of its own.
    if (repeatable) option.argParser((text, earlier: string[] = []) => [...earlier, text]);
    command.addOption(group === undefined ? option : option.helpGroup(group));
  }
  command
    .addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  $ ${line}`).join('\n')}`)
    .action(async (...values: unknown[]) => {
      // Of two the last one counts, as with every option.
      const options = { ...program.opts<GlobalOptions>(), ...(values.at(-2) as GlobalOptions) };
      const args = values
        .slice(0, -2)
        .flat()
        .filter((value) => typeof value === 'string');
      process.exitCode = await runCommand(definition, args, options);
    });
}

async function runCommand(definition: CommandDefinition, args: string[], options: GlobalOptions): Promise<number> {
  running = definition;
  try {
    const { run } = await definition.load();
    return await (run as CommandBody)({
      args,
      options: options as GlobalOptions & Record<string, unknown>,
      signal: interruption.signal,
    });
  } catch (error) {
    return reportError(error, { json: options.json === true, interrupted: interruption.signal.aborted });
  }
}

/** commander quotes a misspelt option with its value, which may be a password: `--usr=ana:…`. */
const withoutValues = (text: string): string => text.replaceAll(/'(--?[\w-]+=)[^']*'/g, "'$1…'");

/** What was wrong with the command line. */
const wordsOf = ({ code, message }: CommanderError): string =>
  code === 'commander.help' ? 'no command was given' : withoutValues(message).replace(/^error: /, '');

async function main(argv: string[]): Promise<void> {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  process.stdout.on('error', stopWriting);

  const program = new Command('fortress')
    .description('Puts a machine-learning model behind a hardened, observable nginx gateway on Docker.')
    .version(VERSION, '-v, --version')
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ outputError: (text, write) => write(withoutValues(text)) })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nStart with:\n  $ fortress init\n  $ fortress up\n  $ fortress verify\n\nEvery command explains itself: fortress <command> --help',
    );
  addGlobalOptions(program);
  for (const definition of COMMANDS) addCommand(program, definition);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has already said on stderr what was wrong.
    if (error.exitCode === 0) return;
    process.exitCode = argv.includes('--json')
      ? reportError(usageError(wordsOf(error)), { json: true, interrupted: false })
      : ExitCode.usage;
  }
}

await main(process.argv);
