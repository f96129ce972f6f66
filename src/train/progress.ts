/** What training does, in the order of its first steps. */
const STAGES = ['data', 'measure', 'course', 'ship', 'selfContained', 'write'] as const;
export type Stage = (typeof STAGES)[number];

/** The stages of one training. */
export const stagesOf = ({ selfContained = false }: { selfContained?: boolean }): Stage[] =>
  STAGES.filter((stage) => stage !== 'selfContained' || selfContained);

/** How far a piece of work has come. `done` is a share from 0 to 1. It is waited for and may throw to stop the work. */
export type Progress = (line: string, done?: number) => void | Promise<void>;

/** What is shown of a training. Every started stage finishes, unless the training fails. */
export interface TrainingEvents {
  started(stage: Stage): void;
  progress(stage: Stage, line: string, done?: number): void;
  /** @param result what came out of it */
  finished(stage: Stage, result: string): void;
}
