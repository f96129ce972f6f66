import { defineConfig } from 'vitest/config';

const NEED_ROOT = ['clock', 'disk-full', 'engine-restart'].map((name) => `test/chaos/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      // Modules are loaded once for all files: that halves the time, and pure code has no state to leak.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          isolate: false,
          // Property tests take seconds, and more on a machine that has other work.
          testTimeout: 30_000,
          // Many wait for clocks and child processes rather than for the processor.
          maxWorkers: 3,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'test/support/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // Each file has stacks of its own; more at once would only slow each other down.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'sabotage',
          include: ['test/sabotage/**/*.test.ts'],
          globalSetup: 'test/support/global-setup.ts',
          maxWorkers: 1,
          // Cases wait for a lane of containers; more at once would only slow each other down.
          maxConcurrency: 2,
          testTimeout: 240_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/*.test.ts'],
          // These need root, and minutes.
          exclude: process.env['CHAOS'] === 'fast' ? NEED_ROOT : [],
          globalSetup: 'test/support/global-setup.ts',
          maxWorkers: 2,
          // A case is a command killed at each of its steps.
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
