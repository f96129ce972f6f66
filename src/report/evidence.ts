import type { Exchange } from '../verify/check.js';
import type { CheckReport } from '../verify/run-checks.js';
import { visible } from './print.js';

const MOST_EXCHANGES = 3;
const LONGEST_BODY = 160;
/** Response headers that decide something. */
const TELLING_HEADERS = ['location', 'www-authenticate', 'x-api-version', 'x-instance-id', 'retry-after'];

/** What was expected and what was found instead. */
export const contradictionsOf = ({ expectations }: CheckReport): string[] =>
  expectations
    .filter(({ ok }) => !ok)
    .flatMap(({ expected, found }) => [`expected ${visible(expected)}`, `found    ${visible(found)}`]);

/** What is behind a verdict: measurements, and the exchanges as text. */
export const evidenceOf = (report: CheckReport): string[] => [
  ...report.earlier.map(({ summary }, index) => `attempt ${index + 1}: ${visible(summary)}`),
  ...Object.entries(report.facts ?? {}).map(([name, value]) => visible(`${name}: ${value}`)),
  ...report.exchanges.slice(0, MOST_EXCHANGES).flatMap(exchangeLines),
  ...moreLine(report.exchanges.length - MOST_EXCHANGES),
];

/** An exchange the way curl -v shows it, shortened. */
function exchangeLines({ request, response, duration }: Exchange): string[] {
  const headers = Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  return [
    `> ${request.method} ${request.url}${request.via === undefined ? '' : ` at ${request.via}`}${bodyOf(request.body)}`,
    ...headers.map(([name, value]) => `> ${name}: ${value}`),
    'status' in response
      ? `< ${response.status}${bodyOf(response.body)}  (${Math.round(duration)} ms)`
      : `< no answer: ${response.error}  (${Math.round(duration)} ms)`,
    ...('status' in response ? tellingHeaders(response.headers) : []),
  ].map(visible);
}

const tellingHeaders = (headers: Record<string, string>): string[] =>
  TELLING_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [`< ${name}: ${headers[name]}`]));

function bodyOf(body: string | undefined): string {
  if (body === undefined || body.trim() === '') return '';
  const text = body.replaceAll(/\s+/g, ' ').trim();
  return `  ${text.length > LONGEST_BODY ? `${text.slice(0, LONGEST_BODY)}…` : text}`;
}

const moreLine = (more: number): string[] => (more > 0 ? [`… and ${more} more (all of them with --json)`] : []);
