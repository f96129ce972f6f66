import { access } from 'node:fs/promises';
import { execa } from 'execa';

/** Where Debian's package `faketime` has the library. */
const TRIPLETS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

/**
 * Environment of a process whose clock is so many days ahead (or behind); nothing else on this
 * machine notices. Files keep their times, and waiting takes as long as ever.
 * @throws Error without libfaketime: these tests are nothing without it
 */
export async function clockAhead(days: number): Promise<Record<string, string>> {
  const library = `/usr/lib/${TRIPLETS[process.arch] ?? process.arch}/faketime/libfaketime.so.1`;
  await access(library).catch(() => {
    throw new Error(`${library} is missing; this test needs it: apt-get install faketime`);
  });
  const env = {
    LD_PRELOAD: library,
    FAKETIME: `${days < 0 ? '' : '+'}${days}d`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  const { stdout } = await execa(process.execPath, ['-p', 'Date.now()'], { env });
  const off = (Number(stdout) - Date.now()) / 86_400_000;
  if (Math.abs(off - days) > 1) throw new Error(`the clock is ${off} days ahead instead of ${days}`);
  return env;
}
