import type { Exchange } from '../verify/check.js';
import { OF_GRAFANA, WRONG_ON_PURPOSE } from '../verify/masking.js';

/** Shell variables that stand for what a report must not hold. */
const GATEWAY_ACCOUNT = '"$GATEWAY_USER:$GATEWAY_PASSWORD"';
const GRAFANA_ACCOUNT = '"$GRAFANA_USER:$GRAFANA_PASSWORD"';
const WRONG_ACCOUNT = "'nobody:wrong-password'";
export const CA_FILE = 'ca.crt';

/** What curl would tidy up, or take for a pattern. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i;
const GLOB = /[[\]{}]/;

/**
 * The request of an exchange as a curl line for a POSIX shell: paths are sent as they are, and the
 * answer is shown with its headers. Credentials are shell variables. Pure.
 * @param flags what to do with the answer
 */
export function curlLine({ request }: Exchange, flags = '-i'): string {
  const { method, url, via, headers, body } = request;
  return [
    `curl -sS ${flags}`,
    ...(DOT_SEGMENT.test(url) ? ['--path-as-is'] : []),
    ...(GLOB.test(url) ? ['--globoff'] : []),
    ...(url.startsWith('https:') ? [`--cacert ${CA_FILE}`] : []),
    ...(via === undefined ? [] : [`--connect-to ${quote(`::${via.includes(':') ? `[${via}]` : via}:`)}`]),
    ...(method === (body === undefined ? 'GET' : 'POST') ? [] : [`-X ${method}`]),
    ...Object.entries(headers).map(headerFlag),
    ...(body === undefined ? [] : [`--data-raw ${quote(body)}`]),
    quote(url),
  ].join(' ');
}

function headerFlag([name, value]: [string, string]): string {
  // Without the semicolon curl would leave out a header that is empty.
  if (name.toLowerCase() !== 'authorization') return `-H ${quote(value === '' ? `${name};` : `${name}: ${value}`)}`;
  if (value.endsWith(OF_GRAFANA)) return `-u ${GRAFANA_ACCOUNT}`;
  return `-u ${value.endsWith(WRONG_ON_PURPOSE) ? WRONG_ACCOUNT : GATEWAY_ACCOUNT}`;
}

/** One word for the shell, whatever it holds. */
export const quote = (text: string): string => `'${text.replaceAll('\0', '').replaceAll("'", String.raw`'\''`)}'`;
