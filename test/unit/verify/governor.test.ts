import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createGovernor } from '../../../src/verify/governor.js';

describe('createGovernor', () => {
  it('runs one task at a time, in order, at its pace', async () => {
    const governor = createGovernor({ usual: 30, slow: 30 });
    const starts: number[] = [];
    let running = 0;
    const task = async (): Promise<void> => {
      starts.push(performance.now());
      running += 1;
      expect(running).toBe(1);
      await sleep(5);
      running -= 1;
    };
    await Promise.all([governor.turn(task), governor.turn(task), governor.turn(task)]);
    const [first = 0, second = 0, third = 0] = starts;
    expect(second - first).toBeGreaterThanOrEqual(28);
    expect(third - second).toBeGreaterThanOrEqual(28);
  });

  it('goes on after a task that failed', async () => {
    const governor = createGovernor({ usual: 1, slow: 1 });
    await expect(governor.turn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(governor.turn(async () => 'yes')).resolves.toBe('yes');
  });

  it('is idle only when nobody runs or waits', async () => {
    const governor = createGovernor({ usual: 1, slow: 1 });
    expect(governor.idle()).toBe(true);
    const task = governor.turn(() => sleep(5));
    expect(governor.idle()).toBe(false);
    await task;
    expect(governor.idle()).toBe(true);
  });

  it('slows down for good when it is told to', async () => {
    const governor = createGovernor({ usual: 1, slow: 40 });
    const start = (): Promise<number> => governor.turn(async () => performance.now());
    await start();
    governor.slowDown();
    await start();
    expect(governor.pace()).toBe(40);
    const [first, second] = [await start(), await start()];
    expect(second - first).toBeGreaterThanOrEqual(38);
  });
});
