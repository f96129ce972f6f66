import type { Figures } from '../bench/figures.js';
import type { BenchResult } from '../bench/result.js';
import { whole } from '../bench/words.js';
import { VERSION } from '../version.js';
import { barChart, curve } from './bench-charts.js';
import {
  concludeBench,
  CONNECTION_HEADER,
  connectionRows,
  describeBench,
  LAYER_HEADER,
  layerRows,
  warnOfOthers,
} from './bench-words.js';
import { markup, type Markup } from './markup.js';
import { STYLE } from './verify-html-style.js';

const CHART_STYLE = `
:root { --apis: #57606a; --gateway: #0550ae; --p50: #0550ae; --p90: #6a9fd8; --p99: #b6d1ee; }
@media (prefers-color-scheme: dark) { :root { --apis: #9aa4af; --gateway: #79c0ff; --p50: #79c0ff; --p90: #3f78b5; --p99: #24476b; } }
svg { display: block; width: 100%; height: auto; font-size: 14px; fill: var(--text); }
svg .figure { font-variant-numeric: tabular-nums; }
.apis { fill: var(--apis); } .gateway { fill: var(--gateway); }
.p50 { fill: var(--p50); } .p90 { fill: var(--p90); } .p99 { fill: var(--p99); }
tbody th { white-space: nowrap; }
.axis { stroke: var(--line); } .curve { fill: none; stroke: var(--apis); stroke-width: 2; }
.legend span::before { content: ""; display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; background: var(--key); }
`;

/**
 * The result of `fortress bench` as one page that needs nothing else: no script, no file beside it, nothing from
 * the network. Pure.
 */
export function formatBenchHtml(result: BenchResult): string {
  const { project, startedAt, layers, connections, remarks } = result;
  const warning = warnOfOthers(result);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="fortress ${VERSION}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>fortress bench: ${project}</title>
<style>${{ text: STYLE + CHART_STYLE }}</style>
</head>
<body>
<header>
<h1>How much does <code>${project}</code> serve?</h1>
<p class="quiet">Measured by fortress bench ${VERSION} on <time datetime="${startedAt}">${startedAt.slice(0, 19).replace('T', ' ')} UTC</time>, on an isolated copy of the stack.</p>
<div class="conclusion ${warning === null ? 'pass' : 'warn'}"><p><strong>${concludeBench(result)}</strong></p>${warning === null ? '' : markup`<p>${warning}</p>`}</div>
</header>
<main>
<section aria-labelledby="throughput">
<h2 id="throughput">Requests per second, layer by layer</h2>
${barChart('requests per second by layer', layers.map(throughputBar))}
</section>
<section aria-labelledby="cpu">
<h2 id="cpu">CPU time per request</h2>
<p class="legend quiet"><span style="--key: var(--apis)">APIs</span><span style="--key: var(--gateway)">gateway</span></p>
${barChart('CPU time per request by layer', layers.map(cpuBar))}
<p class="quiet">On a machine that has other work to do, this is the figure to go by: time that passes is shared, CPU time is counted.</p>
</section>
<section aria-labelledby="latency">
<h2 id="latency">Latency in milliseconds</h2>
<p class="legend quiet"><span style="--key: var(--p50)">up to p50</span><span style="--key: var(--p90)">up to p90</span><span style="--key: var(--p99)">up to p99</span></p>
${barChart('latency by layer', layers.map(latencyBar))}
</section>
<section aria-labelledby="connections">
<h2 id="connections">All layers, by number of connections</h2>
<h3>Requests per second</h3>
${curve(
  'requests per second by number of connections',
  connections.map((one) => ({ x: one.connections, y: one.requestsPerSecond, text: whole(one.requestsPerSecond) })),
)}
<h3>p99 in milliseconds</h3>
${curve(
  'p99 by number of connections',
  connections.map((one) => ({ x: one.connections, y: one.p99, text: one.p99.toFixed(1) })),
)}
</section>
<section aria-labelledby="figures">
<h2 id="figures">The figures</h2>
${tableOf(LAYER_HEADER, layerRows(layers))}
${tableOf(CONNECTION_HEADER, connectionRows(connections))}
</section>
</main>
<footer>
<h2>How it was measured</h2>
<ul>
${[...describeBench(result), ...remarks].map(
  (line) => markup`<li>${line}</li>
`,
)}</ul>
</footer>
</body>
</html>
`.text;
}

const throughputBar = ({ title, requestsPerSecond }: Figures) => ({
  label: title,
  parts: [{ kind: 'gateway', value: requestsPerSecond }],
  text: whole(requestsPerSecond),
});

const cpuBar = ({ title, cpu }: Figures) => ({
  label: title,
  parts: [
    { kind: 'apis', value: cpu.apis },
    { kind: 'gateway', value: cpu.gateway ?? 0 },
  ],
  text: `${whole(cpu.apis + (cpu.gateway ?? 0))} µs`,
});

const latencyBar = ({ title, p50, p90, p99 }: Figures) => ({
  label: title,
  parts: [
    { kind: 'p50', value: p50 },
    { kind: 'p90', value: p90 - p50 },
    { kind: 'p99', value: p99 - p90 },
  ],
  text: [p50, p90, p99].map((value) => value.toFixed(1)).join(' / '),
});

const tableOf = (header: string[], rows: string[][]): Markup => markup`<div class="scroll">
<table>
<thead><tr>${header.map((cell, column) => markup`<th scope="col"${column === 0 ? '' : NUMBER}>${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first = '', ...cells]) =>
    markup`<tr><th scope="row">${first}</th>${cells.map((cell) => markup`<td class="number">${cell}</td>`)}</tr>
`,
)}</tbody>
</table>
</div>`;

const NUMBER = markup` class="number"`;
