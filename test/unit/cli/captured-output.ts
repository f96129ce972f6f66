import { afterEach, beforeEach, vi } from 'vitest';

/** What a test's code writes to stdout and stderr, kept from the terminal; empty again before each test. */
export function captureOutput(): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  beforeEach(() => {
    for (const stream of ['stdout', 'stderr'] as const) {
      output[stream] = '';
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        output[stream] += String(text);
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return output;
}
