import { cpus } from 'node:os';

/** Milliseconds that processors have worked and existed since this machine started. */
export interface ProcessorTimes {
  busy: number;
  all: number;
}

/** @param numbers of processors of this machine, from 0 */
export function readProcessorTimes(numbers: number[]): ProcessorTimes {
  const every = cpus();
  const times = numbers.flatMap((number) => every[number]?.times ?? []);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

/**
 * Share of the processors' time that others had: the engine, the kernel, what else runs there. Pure.
 * @param used seconds of CPU that the stack had of it
 */
export function shareOfOthers(before: ProcessorTimes, after: ProcessorTimes, used: number): number {
  const all = after.all - before.all;
  return Math.max(0, after.busy - before.busy - used * 1000) / all;
}
