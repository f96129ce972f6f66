import type { Stage, TrainingEvents } from '../train/progress.js';

/** Shows a training. */
export interface TrainingReporter {
  events: TrainingEvents;
  /** Called once, whatever happened; resolves when everything is shown. */
  end(): Promise<void>;
}

/** The stages in words, in the order in which they are shown. */
export const STAGE_TITLES: Record<Stage, string> = {
  data: 'read and divide the data',
  measure: 'fit the model to be measured',
  course: 'fit the course’s recipe beside it',
  ship: 'fit the model to be shipped',
  selfContained: 'fit the self-contained model, twice',
  write: 'compare, export and write',
};

/**
 * A TTY gets one live bar per stage; anything else plain lines on stderr.
 * @param stages those of this training
 */
export async function createTrainingReporter({
  json,
  stages,
}: {
  json: boolean;
  stages: Stage[];
}): Promise<TrainingReporter> {
  if (!json && process.stdout.isTTY && !process.env['CI']) {
    return (await import('./training-tty.js')).createTtyTrainingReporter(stages);
  }
  const { createPlainTrainingReporter } = await import('./training-plain.js');
  return createPlainTrainingReporter(process.stderr);
}
