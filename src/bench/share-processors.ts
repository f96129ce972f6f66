import type { Processors } from '../engine/docker/processors.js';

/** Which processors the stack and its client have for their own; numbers from 0. */
export interface Shares {
  stack: number[];
  client: number[];
}

/** For each processor of the client, so many of the stack: a request costs the client a third of that at most. */
const STACK_PER_CLIENT = 3;

/** Who gets which processors; a text says why they cannot be shared out. Pure. */
export function shareProcessors({ count, canPin }: Processors): Shares | string {
  if (!canPin) return 'the kernel of the engine has no cpusets';
  if (count < 2) return 'the machine of the engine has one processor';
  const client = Math.max(1, Math.floor(count / (STACK_PER_CLIENT + 1)));
  const numbers = Array.from({ length: count }, (_, number) => number);
  return { stack: numbers.slice(0, count - client), client: numbers.slice(count - client) };
}
