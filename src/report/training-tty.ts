import type { Stage } from '../train/progress.js';
import { type LiveRow, showLiveRows } from './live-rows.js';
import { seconds } from './plan-words.js';
import { STAGE_TITLES, type TrainingReporter } from './training-reporter.js';

const BAR_WIDTH = 24;
const TITLE_WIDTH = Math.max(...Object.values(STAGE_TITLES).map(({ length }) => length));

/** "█████░░░░░  48 %" */
function bar(done: number): string {
  const full = Math.round(done * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(Math.round(done * 100)).padStart(3)} %`;
}

/** One live line per stage, with a bar that only ever grows. */
export function createTtyTrainingReporter(stages: Stage[]): TrainingReporter {
  const { rows, shown } = showLiveRows(stages.map((stage) => STAGE_TITLES[stage]));
  const states = new Map<Stage, { startedAt: number; done: number }>();
  const rowOf = (stage: Stage): LiveRow | undefined => rows[stages.indexOf(stage)];
  const title = (stage: Stage, rest: string): void =>
    rowOf(stage)?.setTitle(`${STAGE_TITLES[stage].padEnd(TITLE_WIDTH)}  ${rest}`);
  return {
    events: {
      started: (stage) => {
        states.set(stage, { startedAt: performance.now(), done: 0 });
        title(stage, bar(0));
      },
      progress: (stage, line, done) => {
        const state = states.get(stage);
        if (!state) return;
        state.done = Math.max(state.done, done ?? 0);
        title(stage, `${bar(state.done)}  ${line}`);
      },
      finished: (stage, result) => {
        const took = performance.now() - (states.get(stage)?.startedAt ?? performance.now());
        title(stage, `${seconds(took).padStart(6)}  ${result}`);
        rowOf(stage)?.succeed();
      },
    },
    async end() {
      for (const stage of stages) rowOf(stage)?.fail(states.has(stage) ? 'stopped' : 'not reached');
      await shown;
    },
  };
}
