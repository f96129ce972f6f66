import { describe, expect, it, test } from 'vitest';
import type { BenchResult } from '../../../src/bench/result.js';
import { barChart, curve } from '../../../src/report/bench-charts.js';
import { BENCH_FORMATS } from '../../../src/report/bench-formats.js';
import { formatBenchHtml } from '../../../src/report/bench-html.js';
import { formatBench } from '../../../src/report/bench-text.js';
import { figures } from '../bench/figures-example.js';

const RESULT: BenchResult = {
  project: 'shop',
  startedAt: '2030-01-01T12:00:00.000Z',
  machine: { engine: 'Docker Engine 26.1', processors: 2, loadAverage: 0.25 },
  pinned: { stack: [0], client: [1] },
  notPinned: null,
  settings: { rounds: 3, seconds: 2, connections: 32 },
  layers: [
    figures({ layer: 'direct', title: 'API direct', requestsPerSecond: 5000, cpu: { gateway: null, apis: 160 } }),
    figures({ layer: 'nginx', title: '+ nginx', requestsPerSecond: 4500, cpu: { gateway: 40, apis: 165 } }),
    figures({ cpu: { gateway: 38, apis: 168 }, busy: { stack: 0.9, others: null, replica: 0.3, client: 0.5 } }),
  ],
  connections: [
    figures({ connections: 4, requestsPerSecond: 3000 }),
    figures({ connections: 64, failures: { 503: 2 } }),
  ],
  capacity: { requestsPerSecond: 4000, p99: 12, connections: 32, limit: 'processors', sentence: 'It serves enough.' },
  remarks: ['Something is left out.'],
};

describe('formatBench', () => {
  it('shows layers, connections, and what it comes to', () => {
    expect(formatBench(RESULT)).toMatchInlineSnapshot(`
      "Docker Engine 26.1, 2 processors, load average before 0.3.
      The stack had 1 processor for its own, the client 1 other.
      32 connections; medians of 3 rounds of 2 s, the layers in turns.

      layer       requests/s  of direct  p50 ms  p90 ms  p99 ms  gateway µs  adds µs  APIs µs  stack busy  others  client busy
      API direct       5,000      100 %    7.00    9.00   12.34           –        –      160        93 %     2 %         50 %
      + nginx          4,500       90 %    7.00    9.00   12.34          40      +40      165        93 %     2 %         50 %
      + limit          4,000       80 %    7.00    9.00   12.34          38       −2      168        90 %       –         50 %

      All of it, with fewer and with more connections:

      connections  requests/s  p50 ms  p90 ms  p99 ms  stack busy  not 200
      4                 3,000    7.00    9.00   12.34        93 %        –
      64                4,000    7.00    9.00   12.34        93 %  2 × 503

      It serves enough.

      Something is left out."
    `);
  });

  it('says when nothing was held to processors, and when no capacity can be told', () => {
    const text = formatBench({ ...RESULT, pinned: null, notPinned: 'the machine has one', capacity: null });
    expect(text).toContain(
      'Stack and client shared all processors, so each took time from the other: the machine has one.',
    );
    expect(text).toContain('How much it serves could not be told');
  });

  it('warns when others had much of the processors: in text and on the page', () => {
    const crowded = figures({ busy: { stack: 0.4, others: 0.5, replica: 0.1, client: 0.1 } });
    const result = { ...RESULT, layers: [...RESULT.layers, crowded] };
    for (const text of [formatBench(result), formatBenchHtml(result)]) expect(text).toContain('Others had up to 50 %');
    for (const text of [formatBench(RESULT), formatBenchHtml(RESULT)]) expect(text).not.toContain('Others had');
  });

  it('says nothing of the load of another machine', () => {
    expect(formatBench({ ...RESULT, machine: { ...RESULT.machine, loadAverage: null } })).not.toContain('load average');
  });
});

describe('formatBenchHtml', () => {
  const page = formatBenchHtml({ ...RESULT, project: '<script>x' });

  it('is one page that loads and runs nothing', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(page).toContain('&lt;script&gt;x');
  });

  it('has a picture for each question, and all figures', () => {
    expect(page.match(/<svg /g)).toHaveLength(5);
    for (const text of ['It serves enough.', '5,000', '206 µs', '2 × 503', 'Something is left out.'])
      expect(page).toContain(text);
  });

  it('draws nothing that is not a number', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('barChart', () => {
  it('draws parts end to end, as long as their values are', () => {
    const { text } = barChart('t', [
      {
        label: 'a',
        parts: [
          { kind: 'apis', value: 3 },
          { kind: 'gateway', value: 1 },
        ],
        text: '4',
      },
      { label: 'b', parts: [{ kind: 'apis', value: 2 }], text: '2' },
    ]);
    const rectangles = [...text.matchAll(/class="(\w+)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
    expect(rectangles.map(([, kind, x, width]) => [kind, Number(x), Number(width)])).toEqual([
      ['apis', 110, 315],
      ['gateway', 425, 105],
      ['apis', 110, 210],
    ]);
  });
});

describe('curve', () => {
  it('places points by how many times the first they are, the highest on top', () => {
    const { text } = curve('t', [
      { x: 4, y: 5, text: 'five' },
      { x: 8, y: 10, text: 'ten' },
      { x: 16, y: 10, text: 'ten' },
    ]);
    expect(/points="([^"]*)"/.exec(text)?.[1]).toBe('60,110 360,30 660,30');
  });

  it('of one point is one point, of none is nothing', () => {
    expect(/points="([^"]*)"/.exec(curve('t', [{ x: 4, y: 5, text: '5' }]).text)?.[1]).toBe('60,30');
    expect(curve('t', []).text).toBe('');
  });
});

test('its reports are the page, and the document of --json', () => {
  expect(BENCH_FORMATS.html(RESULT)).toBe(formatBenchHtml(RESULT));
  expect(JSON.parse(BENCH_FORMATS.json(RESULT))).toEqual(RESULT);
});
