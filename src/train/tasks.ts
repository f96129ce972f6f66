import { configError } from '../errors.js';
import { predictByCourseRecipe } from './course/course-recipe.js';
import type { Progress } from './progress.js';
import { createPredictor, type FittedModel, fitRecipe, type LabelledTexts } from './recipe.js';
import { trainSelfContained } from './self-contained/train-self-contained.js';

interface FitInput {
  data: LabelledTexts;
  classCount: number;
  seed: number;
}

/** A fit that is asked about texts which it has not seen. */
interface MeasureInput extends FitInput {
  test: string[];
}

/** "epoch 2 of 4": such a line of the recipe says how far it has come. */
const COUNTED = /(\d+) of (\d+)$/;

function doneOf(line: string): number | undefined {
  const [, part, whole] = COUNTED.exec(line) ?? [];
  return part === undefined ? undefined : Number(part) / Number(whole);
}

async function fit({ data, classCount, seed }: FitInput, progress: Progress): Promise<FittedModel> {
  const fitted = await fitRecipe(data, classCount, seed, (line) => progress(line, doneOf(line)));
  if (fitted.parameters.hashes.length > 0) return fitted;
  throw configError('The texts have no words in common', {
    why: `Hardly anything occurs in more than one of the ${data.texts.length} texts.`,
    hint: 'Check that --text names the right column, or add rows',
  });
}

/**
 * The work of a training that takes long, in parts that know nothing of each other: each can run in
 * a thread of its own. Inputs and outputs are plain data.
 */
const TASKS = {
  measure: async (input: MeasureInput, progress: Progress): Promise<Float64Array[]> =>
    input.test.map(createPredictor(await fit(input, progress))),
  course: ({ data, test, classCount }: MeasureInput, progress: Progress): Promise<Float64Array[]> =>
    predictByCourseRecipe(data, test, classCount, progress),
  ship: fit,
  selfContained: trainSelfContained,
};

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;

/** Does the work of a task here and now. Pure: the same input gives the same bits. */
export const runTask = <Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  progress: Progress,
): Promise<TaskOutput<Name>> =>
  (TASKS[name] as (input: TaskInput<Name>, progress: Progress) => Promise<TaskOutput<Name>>)(input, progress);

/** Has the work of a task done somewhere. Rejects with the signal's reason as soon as it is aborted. */
export type TaskRunner = <Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
  progress: Progress,
  signal: AbortSignal,
) => Promise<TaskOutput<Name>>;
