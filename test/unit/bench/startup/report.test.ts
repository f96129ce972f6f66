import { expect, test } from 'vitest';
import type { Measured } from '../../../../bench/startup/measure.js';
import { formatResult, toDocument } from '../../../../bench/startup/report.js';
import { BARE, type Bar } from '../../../../bench/startup/subjects.js';

const measured = (title: string, cpu: number[], bar: Bar | null = null): Measured => ({
  title,
  bar,
  runs: cpu.map((seconds) => ({ cpu: seconds, wall: 2 * seconds })),
});

const result = {
  machine: { processor: 'Fast', node: '20', loadAverage: 0.1 },
  rounds: 3,
  measured: [
    measured(BARE, [0.08, 0.3, 0.08]),
    measured('fortress --help', [0.1, 0.1, 0.9], { times: 1.5 }),
    measured('fortress status', [0.5, 0.41, 0.41], { seconds: 0.4 }),
    measured('fortress plan', [0.4]),
  ],
};

test('compares medians with Node alone, and with what was promised', () => {
  const text = formatResult(result);
  expect(text).toContain('medians of 3 rounds');
  expect(text).toMatch(/^node -e 0 +80 ms +1\.00 × +160 ms$/m);
  expect(text).toMatch(/^fortress --help +100 ms +1\.25 × +200 ms +at most 1\.5 ×: kept$/m);
  expect(text).toMatch(/^fortress status +410 ms +5\.13 × +820 ms +at most 400 ms: missed$/m);
  expect(text).toMatch(/^fortress plan +400 ms +5\.00 × +800 ms$/m);
});

test('the document has every run', () => {
  expect(toDocument(result)).toMatchObject({
    rounds: 3,
    medians: [{ title: BARE, timesBare: 1 }, { isKept: true }, { isKept: false }, { isKept: null }],
    measured: [{ runs: [{ cpu: 0.08 }, { cpu: 0.3 }, { cpu: 0.08 }] }, {}, {}, {}],
  });
});
