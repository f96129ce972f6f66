import { Command, CommanderError } from 'commander';
import { ExitCode } from '../errors.js';
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

function addCommand(program: Command, definition: CommandDefinition): void {
  const command = program
    .command(definition.arguments === undefined ? definition.name : `${definition.name} ${definition.arguments}`)
    .description(definition.summary)
    .option('-c, --config <path>', 'configuration file, or the folder that holds it (default: here)')
    .option('--json', 'one JSON document on stdout, and nothing else there');
  for (const option of definition.options ?? []) command.option(option.flags, option.description, option.default);
  command
    .addHelpText('after', `\nExamples:\n${definition.examples.map((line) => `  $ ${line}`).join('\n')}`)
    .action(async (...values: unknown[]) => {
      const options = values.at(-2) as GlobalOptions;
      const args = values.slice(0, -2).filter((value) => typeof value === 'string');
      process.exitCode = await runCommand(definition, args, options);
    });
}

async function runCommand(definition: CommandDefinition, args: string[], options: GlobalOptions): Promise<number> {
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

async function main(argv: string[]): Promise<void> {
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // `fortress logs | head` closes our output early; that is the reader's right and no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? ExitCode.ok);
  });

  const program = new Command('fortress')
    .description('Puts a machine-learning model behind a hardened, observable nginx gateway on Docker.')
    .version(VERSION, '-v, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nStart with:\n  $ fortress init\n  $ fortress up\n  $ fortress verify\n\nEvery command explains itself: fortress <command> --help',
    );
  for (const definition of COMMANDS) addCommand(program, definition);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has already said what was wrong.
    process.exitCode = error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  }
}

await main(process.argv);
