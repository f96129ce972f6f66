import type { Exchange, Expectation } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';
import { count } from '../words.js';
import { stepsByHand } from './by-hand.js';
import { quote } from './curl.js';
import { markup, type Content, type Markup } from './markup.js';
import type { Report } from './report-subject.js';
import { isRemarkable, seconds, VERDICT_MARKS } from './verify-words.js';

const MOST_EXCHANGES = 12;

/** One check in the HTML report: what was promised, what was seen, the evidence, how to repeat it. Pure. */
export const checkSection = (check: CheckReport, report: Report): Markup => {
  const { id, verdict, title, severity, summary, duration, hint } = check;
  return markup`<article class="${verdict}" id="${id}">
<h3><span class="verdict">${VERDICT_MARKS[verdict]} ${verdict}</span> <code>${id}</code> <span class="quiet">${severity}, ${seconds(duration)}</span></h3>
<dl>
<dt>Promised</dt><dd>${title}</dd>
<dt>Seen</dt><dd>${summary}</dd>
${hint === undefined || !isRemarkable(check) ? '' : markup`<dt>Look at</dt><dd>${hint}</dd>\n`}</dl>
${comparison(check)}
${evidence(check)}
${byHand(check, report)}
</article>
`;
};

function comparison({ expectations }: CheckReport): Content {
  if (expectations.length === 0) return '';
  return markup`<div class="scroll comparison">
<table>
<thead><tr><th scope="col">Expected</th><th scope="col">Found</th><th scope="col"></th></tr></thead>
<tbody>
${expectations.map(comparisonRow)}</tbody>
</table>
</div>`;
}

function comparisonRow({ expected, found, ok, advisory }: Expectation): Markup {
  const unmet = advisory ? 'warn' : 'fail';
  const verdict = ok ? 'pass' : unmet;
  const word = ok ? 'as promised' : 'not as promised';
  return markup`<tr class="${verdict}"><td>${expected}</td><td>${found}</td><td class="verdict">${VERDICT_MARKS[verdict]} ${word}</td></tr>
`;
}

function evidence(check: CheckReport): Content {
  const { earlier, exchanges } = check;
  const facts = Object.entries(check.facts ?? {});
  const what = [
    ...(facts.length > 0 ? [count(facts.length, 'measurement')] : []),
    ...(exchanges.length > 0 ? [count(exchanges.length, 'exchange')] : []),
    ...(earlier.length > 0 ? [count(earlier.length, 'earlier attempt')] : []),
  ];
  if (what.length === 0) return '';
  const more = exchanges.length - MOST_EXCHANGES;
  return markup`<details${isRemarkable(check) ? OPEN : ''}>
<summary>Evidence: ${what.join(', ')}</summary>
${earlier.map(({ summary }, index) => markup`<p>Attempt ${index + 1}: ${summary}</p>\n`)}
${facts.length === 0 ? '' : markup`<dl>\n${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`}
${exchanges.slice(0, MOST_EXCHANGES).map((exchange) => markup`<pre>${transcript(exchange)}</pre>\n`)}
${more > 0 ? markup`<p class="quiet">… and ${more} more, all of them in the JSON report.</p>` : ''}
</details>`;
}

const OPEN: Markup = { text: ' open' };

/** An exchange the way curl -v shows it, whole. */
function transcript({ request, response, duration }: Exchange): string {
  const at = request.via === undefined ? '' : ` at ${request.via}`;
  const sent = [`${request.method} ${request.url}${at}`, ...headerLines(request.headers), ...bodyLines(request.body)];
  const took = `(${Math.round(duration)} ms)`;
  const received =
    'status' in response
      ? [`${response.status} ${took}`, ...headerLines(response.headers), ...bodyLines(response.body)]
      : [`no answer: ${response.error} ${took}`];
  return [...sent.map((line) => `> ${line}`), ...received.map((line) => `< ${line}`)].join('\n');
}

const headerLines = (headers: Record<string, string>): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

const bodyLines = (body = ''): string[] => (body === '' ? [] : ['', ...body.split(/\r\n|[\r\n]/)]);

function byHand(check: CheckReport, report: Report): Markup {
  const steps = stepsByHand(check, report.target);
  return markup`<details>
<summary>Repeat it ${steps.length > 0 ? 'by hand' : 'with fortress'}</summary>
${steps.map(({ purpose, command }) => markup`<p>${purpose}</p>\n<pre class="command">${command}</pre>\n`)}
<p>With fortress: <code>${commandOf(check, report)}</code>, with the flags of this run.</p>
</details>`;
}

const commandOf = ({ id }: CheckReport, { submission }: Report): string =>
  submission === undefined ? `fortress verify --only ${id}` : `fortress grade ${quote(submission)}`;
