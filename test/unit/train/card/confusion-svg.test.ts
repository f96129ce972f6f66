import { expect, test } from 'vitest';
import { renderConfusionSvg } from '../../../../src/train/card/confusion-svg.js';
import type { Evaluation } from '../../../../src/train/evaluate.js';

type Confusions = Pick<Evaluation, 'confusion' | 'perClass'>;

const of = (labels: string[], confusion: number[][]): Confusions => ({
  confusion,
  perClass: labels.map((label, number) => ({
    label,
    rows: (confusion[number] ?? []).reduce((sum, count) => sum + count, 0),
    precision: 0,
    recall: 0,
    f1: 0,
  })),
});

/** Each label is right 9 times and taken for the next one once. */
const square = (size: number): Confusions =>
  of(
    Array.from({ length: size }, (_, number) => `label ${number}`),
    Array.from({ length: size }, (_, line) =>
      Array.from({ length: size }, (__, column) => (column === line ? 9 : Number(column === (line + 1) % size))),
    ),
  );

test('a cell for each confusion that happened, shaded by its share of the row, with its number', () => {
  const svg = renderConfusionSvg(
    of(
      ['a', 'b'],
      [
        [3, 1],
        [0, 4],
      ],
    ),
  );
  expect(svg.match(/class="cell"/g)).toHaveLength(3);
  expect(svg).toContain('fill-opacity="0.750"><title>a taken for a: 3 of 4 rows (75.0 %)</title>');
  expect(svg).toContain('<title>a taken for b: 1 of 4 rows (25.0 %)</title>');
  expect(svg).toMatch(/<text class="count"[^>]*>1<\/text>/);
  expect(svg).toContain('prefers-color-scheme: dark');
});

test.each([2, 13, 40])('%d labels: numbers in the cells', (size) => {
  expect(renderConfusionSvg(square(size)).match(/<text class="count/g)).toHaveLength(2 * size);
});

test('many labels: small cells without numbers; very many: the most frequent only, and it says so', () => {
  expect(renderConfusionSvg(square(41))).not.toContain('<text class="count');
  const svg = renderConfusionSvg(square(200));
  expect(svg).toContain('140 rarer labels are not shown');
  expect(svg).toContain('label 59 ');
  expect(svg.length).toBeLessThan(60_000);
});

test('odd labels stay text: escaped, on one line, cut where they are too long', () => {
  const odd = ['<script>&"', 'two\nlines', 'bell\u0007', '😀'.repeat(30)];
  const confusion = odd.map((_, line) => odd.map((__, column) => Number(line === column)));
  const svg = renderConfusionSvg(of(odd, confusion));
  expect(svg).toContain('>&lt;script&gt;&amp;&quot; <');
  expect(svg).not.toContain('<script');
  expect(svg).toContain('>two lines <');
  expect(svg).not.toContain('\u0007');
  expect(svg).toContain(`>${'😀'.repeat(17)}… <`);
});

test('a label without held-out rows leaves its line empty', () => {
  const svg = renderConfusionSvg(
    of(
      ['a', 'b'],
      [
        [1, 1],
        [0, 0],
      ],
    ),
  );
  expect(svg).not.toContain('NaN');
  expect(svg.match(/class="cell"/g)).toHaveLength(2);
});
