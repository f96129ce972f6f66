import { usageError } from '../../errors.js';
import { openRollback } from '../../generations/open.js';
import { changeGeneration, type ChangeFlags } from '../change-generation.js';
import type { CommandBody } from '../command.js';
import { projectState } from '../project.js';

interface RollbackOptions extends ChangeFlags {
  to?: string;
}

/** `fortress rollback`: to a generation that ran before. It works with a configuration that cannot be read, too. */
export const run: CommandBody<RollbackOptions> = async ({ options, signal }) => {
  const stateDir = projectState(options);
  const known = await openRollback(stateDir, options.to === undefined ? null : parseNumber(options.to));
  const { number, config } = known;
  return changeGeneration(
    {
      command: `fortress rollback --to ${number}`,
      known,
      open: () => openRollback(stateDir, number),
      done: ({ generation }) =>
        generation === number
          ? `${config.project} is at generation ${number}`
          : `${config.project} is at generation ${generation}: generation ${number} again`,
      advice: [
        'fortress.config.ts and the files it names were not changed: the next `fortress up` follows them again.',
      ],
    },
    options,
    signal,
  );
};

function parseNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usageError(`--to: found "${text}"; expected the number of a generation`, {
    hint: '`fortress history` lists them',
  });
}
