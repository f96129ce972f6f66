import { ExitCode, usageError } from '../../errors.js';
import { print, printJson } from '../../report/print.js';
import type { CommandBody } from '../command.js';
import { chooseModel } from '../model-path.js';

/** As they come from the command line. */
interface ModelFlags {
  data?: string;
  text?: string;
  label?: string;
}

/** `fortress model inspect|test`: what a model is, and how well it does. */
export const run: CommandBody<ModelFlags> = async ({ args: [action, file], options, signal }) => {
  const json = options.json === true;
  if (action === 'inspect') await inspect(await chooseModel(file, options), json);
  else if (action === 'test') await test(await chooseModel(file, options), options, json, signal);
  else {
    throw usageError(`fortress model has no "${action ?? ''}"`, {
      hint: 'fortress model inspect [file], or fortress model test [file] --data FILE',
    });
  }
  return ExitCode.ok;
};

async function inspect(path: string, json: boolean): Promise<void> {
  const { readModel } = await import('../../model/read-model.js');
  const { formatInspection, inspectionOf } = await import('../../report/model-inspection.js');
  const inspection = inspectionOf(await readModel(path));
  if (json) printJson(inspection);
  else print(formatInspection(inspection));
}

async function test(
  path: string,
  { data, text = 'content', label = 'sentiment' }: ModelFlags,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (data === undefined) {
    throw usageError('No labelled texts given', {
      hint: 'Name a CSV file: fortress model test --data FILE --text COLUMN --label COLUMN',
    });
  }
  const { testModel } = await import('../test-model.js');
  const { formatScore, scoreToJson } = await import('../../report/model-score.js');
  const score = await testModel(path, data, { text, label }, signal);
  if (json) printJson(scoreToJson(score));
  else print(formatScore(score));
}
