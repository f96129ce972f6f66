import { expect, test } from 'vitest';
import { parseCpuSeconds, parsePeakMemory, readCpuSeconds, readPeakMemory } from '../../../bench/process-usage.js';

test('adds user and system time, whatever the program is called', () => {
  const stat = '42 (no) de (x)) S 1 42 42 0 -1 4194560 900 0 3 0 1234 66 0 0 20 0 11 0 5 1 2';
  expect(parseCpuSeconds(stat)).toBeCloseTo(13, 10);
});

test('reads the peak of the resident set', () => {
  expect(parsePeakMemory('VmPeak:\t 900 kB\nVmHWM:\t   1024 kB\nVmRSS:\t 512 kB\n')).toBe(1024 * 1024);
});

test('reads what this process has used', async () => {
  const { user, system } = process.cpuUsage();
  expect(await readCpuSeconds(process.pid)).toBeCloseTo((user + system) / 1e6, 0);
  expect(await readPeakMemory(process.pid)).toBeGreaterThanOrEqual(process.memoryUsage.rss() / 2);
});
