import { setTimeout as sleep } from 'node:timers/promises';
import type { HookEvent, HookFunction } from '../config/types.js';

/**
 * Calls a hook and waits for it. A function cannot be ended: after `timeout` ms, or when `signal` aborts, it is only
 * waited for no longer.
 */
export async function callHook(
  hook: HookFunction,
  event: HookEvent,
  { timeout, signal }: { timeout: number; signal: AbortSignal },
): Promise<void> {
  const { log } = console;
  const over = new AbortController();
  // What it prints must not end up in the middle of a JSON document.
  console.log = console.error;
  try {
    await Promise.race([
      hook(event),
      sleep(timeout, undefined, { signal: AbortSignal.any([signal, over.signal]) }).then(() => {
        throw new Error(`no end within ${timeout / 1000} s`);
      }),
    ]);
  } finally {
    console.log = log;
    over.abort();
  }
}
