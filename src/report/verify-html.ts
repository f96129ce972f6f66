import type { Verdict } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';
import { percentOf, scoreOf, scoresByObjective, type ObjectiveScore, type Score } from '../verify/score.js';
import { VERSION } from '../version.js';
import { CA_FILE } from './curl.js';
import { markup, type Content, type Markup } from './markup.js';
import { subjectOf, toolOf, type Report } from './report-subject.js';
import { gradeOf, pointsOf } from './score-text.js';
import { checkSection } from './verify-html-check.js';
import { STYLE } from './verify-html-style.js';
import { conclusionOf, countsOf, seconds, VERDICT_MARKS } from './verify-words.js';

/**
 * One page that needs nothing else: no script, no file beside it, nothing from the network; the
 * content policy forbids even what an injection would try. For readers who did not run it. Pure.
 */
export function formatHtml(report: Report): string {
  const { startedAt, results } = report;
  const objectives = scoresByObjective(results);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="fortress ${VERSION}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${VERDICT_MARKS[worstOf(report)]} ${toolOf(report)}: ${subjectOf(report)}</title>
<style>${{ text: STYLE }}</style>
</head>
<body>
<header>
<h1>Does <code>${subjectOf(report)}</code> keep its promises?</h1>
<p class="quiet">${report.submission === undefined ? 'Asked from outside' : 'Graded'} by ${toolOf(report)} ${VERSION} on <time datetime="${startedAt}">${readable(startedAt)}</time>,
${results.length} checks in ${seconds(report.duration)}.</p>
${conclusion(report)}
</header>
<main>
${scoreTable(objectives, scoreOf(results))}
${objectives.map((objective) => objectiveSection(report, objective))}
</main>
<footer>
${READING}
${report.target === null ? '' : repeating(report)}
</footer>
</body>
</html>
`.text;
}

/** The verdict that the run as a whole is marked with. */
function worstOf({ summary, strict }: Report): Verdict {
  if (summary.fail > 0) return 'fail';
  if (summary.inconclusive > 0) return 'inconclusive';
  if (strict && summary.skip > 0) return 'fail';
  return summary.pass > 0 ? 'pass' : 'skip';
}

function conclusion(report: Report): Markup {
  const score = scoreOf(report.results);
  return markup`<div class="conclusion ${worstOf(report)}">
<p><strong>${VERDICT_MARKS[worstOf(report)]} ${conclusionOf(report)}</strong></p>
<p>${countsOf(report.summary)}</p>
<p>${pointsOf(score)} points, ${gradeOf(score)}</p>
</div>
${attention(report.results)}`;
}

const WORST_FIRST: Verdict[] = ['fail', 'inconclusive', 'warn'];

/** What to look at first. */
function attention(results: CheckReport[]): Content {
  const remarkable = WORST_FIRST.flatMap((wanted) => results.filter(({ verdict }) => verdict === wanted));
  if (remarkable.length === 0) return '';
  return markup`<ul class="attention">
${remarkable.map(
  ({ id, verdict, summary }) =>
    markup`<li class="${verdict}"><span class="verdict">${VERDICT_MARKS[verdict]} ${verdict}</span> <a href="#${id}"><code>${id}</code></a> ${summary}</li>
`,
)}</ul>`;
}

const scoreTable = (objectives: ObjectiveScore[], whole: Score): Markup => markup`<section aria-labelledby="score">
<h2 id="score">Score</h2>
<div class="scroll">
<table>
<thead><tr><th scope="col">Objective</th><th scope="col" class="number">Points</th><th scope="col" class="share">Share</th><th scope="col">Grade</th></tr></thead>
<tbody>
${objectives.map(
  ({ objective, title, score }) =>
    markup`<tr><th scope="row"><a href="#objective-${objective}">${title}</a></th>${scoreCells(score)}</tr>
`,
)}</tbody>
<tfoot><tr><th scope="row">All</th>${scoreCells(whole)}</tr></tfoot>
</table>
</div>
</section>`;

const scoreCells = (score: Score): Markup =>
  markup`<td class="number">${pointsOf(score)}</td><td class="share">${share(score)}</td><td>${gradeOf(score)}</td>`;

const share = (score: Score): Content =>
  score.of === 0
    ? '–'
    : markup`<meter min="0" max="${score.of}" value="${score.points}" aria-label="share of the points">${pointsOf(score)}</meter>`;

function objectiveSection(report: Report, { objective, title, score }: ObjectiveScore): Markup {
  const checks = report.results.filter((result: CheckReport) => result.objective === objective);
  const percent = percentOf(score);
  return markup`<section aria-labelledby="objective-${objective}">
<h2 id="objective-${objective}">${title} <small>${pointsOf(score)} points${percent === null ? '' : ` (${percent} %)`}</small></h2>
${checks.map((check) => checkSection(check, report))}
</section>
`;
}

/** `2030-01-01 12:00:00 UTC` */
const readable = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

const READING = markup`<section aria-labelledby="reading">
<h2 id="reading">How to read this</h2>
<dl>
<dt class="verdict pass">${VERDICT_MARKS.pass} pass</dt><dd>Asked, and the answer was what was promised.</dd>
<dt class="verdict fail">${VERDICT_MARKS.fail} fail</dt><dd>The answer contradicts the promise; expected and found are side by side.</dd>
<dt class="verdict warn">${VERDICT_MARKS.warn} warn</dt><dd>The promise holds, with something that ought to be better.</dd>
<dt class="verdict inconclusive">${VERDICT_MARKS.inconclusive} inconclusive</dt><dd>The question could not be answered. That is never taken for a pass.</dd>
<dt class="verdict skip">${VERDICT_MARKS.skip} skip</dt><dd>The question does not arise here; the reason is given.</dd>
</dl>
<p>A promise earns 3 points when it is critical, 2 when it is major, 1 when it is good to have; with a warning half of that;
with anything else nothing. A skipped check is not counted. While a check is skipped or inconclusive there are points but no grade.</p>
</section>`;

const repeating = ({ submission }: Report): Markup => markup`<section aria-labelledby="repeating">
<h2 id="repeating">Before you repeat a check by hand</h2>
<p>Passwords are not in this report. The commands take them from the shell, and the certificate authority from the file
<code>${CA_FILE}</code> in the working folder (${submission === undefined ? OWN_CA : SUBMITTED_CA}; where none was given, use <code>-k</code> instead of
<code>--cacert ${CA_FILE}</code>). One click on a command selects all of it.
On paper only those details appear that are open on the screen.</p>
<pre class="command">GATEWAY_USER=admin; read -rsp 'password of the gateway: ' GATEWAY_PASSWORD
GRAFANA_USER=admin; read -rsp 'password of Grafana: ' GRAFANA_PASSWORD</pre>
</section>`;

const OWN_CA = markup`<code>fortress links</code> says where it is`;
const SUBMITTED_CA = markup`it is among the submission's files, and <code>fortress grade --keep</code> leaves it running`;
