import type { PlanReporter } from './plan-reporter.js';
import { doing, done, seconds } from './plan-words.js';

/** One line for each thing that was done; what takes long says what it is doing. */
export function createPlainReporter(stream: NodeJS.WritableStream): PlanReporter {
  const print = (line: string): void => void stream.write(`${line}\n`);
  return {
    begin: () => ({
      started: ({ call }) => {
        if (call.kind === 'image.ensure') print(`  … ${doing(call)}`);
      },
      progress: ({ call }, line) => {
        if (call.kind === 'image.ensure') print(`    ${line}`);
      },
      finished: ({ call }, milliseconds) => print(`  ✓ ${done(call)} (${seconds(milliseconds)})`),
      failed: ({ call }) => print(`  ✗ failed: ${doing(call)}`),
      undoing: (_operation, call) => print(`  ↺ taking back: ${doing(call)}`),
    }),
    end: () => Promise.resolve(),
  };
}
