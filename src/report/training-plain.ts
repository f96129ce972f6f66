import { STAGE_TITLES, type TrainingReporter } from './training-reporter.js';

/** A line for each thing that happens, with the seconds since the start. */
export function createPlainTrainingReporter(stream: NodeJS.WritableStream): TrainingReporter {
  const startedAt = performance.now();
  const print = (line: string): void => {
    const elapsed = ((performance.now() - startedAt) / 1000).toFixed(1);
    stream.write(`[${elapsed.padStart(5)} s] ${line}\n`);
  };
  return {
    events: {
      started: (stage) => print(`… ${STAGE_TITLES[stage]}`),
      progress: (stage, line, done) => {
        const share = done === undefined ? '' : ` (${Math.round(done * 100)} %)`;
        print(`  ${STAGE_TITLES[stage]}: ${line}${share}`);
      },
      finished: (stage, result) => print(`✓ ${STAGE_TITLES[stage]}: ${result}`),
    },
    end: () => Promise.resolve(),
  };
}
