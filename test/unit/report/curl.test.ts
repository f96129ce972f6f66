import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlLine } from '../../../src/report/curl.js';
import type { Exchange } from '../../../src/verify/check.js';
import { HOSTILE } from './support/sample-report.js';

const exchange = (request: Partial<Exchange['request']>): Exchange => ({
  request: { method: 'GET', url: 'https://localhost/predict', headers: {}, ...request },
  response: { status: 200, headers: {} },
  duration: 1,
});

/** The words that a shell makes of a line. */
const wordsOf = (line: string): string[] =>
  execFileSync('sh', ['-c', `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }; ${line}`], {
    encoding: 'utf8',
    env: { GATEWAY_USER: 'ana', GATEWAY_PASSWORD: 'p w', GRAFANA_USER: 'viewer', GRAFANA_PASSWORD: '$x' },
  })
    .split('\0')
    .slice(0, -1);

const accountOf = (value: string): string | undefined =>
  wordsOf(curlLine(exchange({ headers: { authorization: value } })))[5];

describe('curlLine', () => {
  it('is the request, ready to paste', () => {
    const line = curlLine(
      exchange({
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: 'Basic ***' },
        body: '{"sentence":"it\'s fun"}',
      }),
    );
    expect(line).toBe(
      String.raw`curl -sS -i --cacert ca.crt -H 'Content-Type: application/json' -u "$GATEWAY_USER:$GATEWAY_PASSWORD" --data-raw '{"sentence":"it'\''s fun"}' 'https://localhost/predict'`,
    );
    expect(wordsOf(line)).toContain('ana:p w');
  });

  it('takes the credentials that were sent, never the given ones for wrong ones', () => {
    expect(accountOf('Basic *** (of Grafana)')).toBe('viewer:$x');
    expect(accountOf('Basic *** (wrong on purpose)')).toBe('nobody:wrong-password');
  });

  it('sends the path as it is', () => {
    expect(curlLine(exchange({ url: 'https://localhost/x/../predict' }))).toContain(' --path-as-is ');
    expect(curlLine(exchange({ url: 'https://localhost/x/%2e%2E/predict' }))).toContain(' --path-as-is ');
    expect(curlLine(exchange({ url: 'http://localhost/query?q={a}' }))).toContain(' --globoff ');
  });

  it('connects where the check did', () => {
    expect(curlLine(exchange({ via: '127.0.0.1' }))).toContain(" --connect-to '::127.0.0.1:' ");
    expect(curlLine(exchange({ via: '::1' }))).toContain(" --connect-to '::[::1]:' ");
  });

  it('names a method that curl would not choose by itself', () => {
    expect(curlLine(exchange({ method: 'POST' }))).toContain(' -X POST ');
    expect(curlLine(exchange({ body: 'x' }))).toContain(' -X GET ');
  });

  it('sends empty headers too', () => {
    expect(wordsOf(curlLine(exchange({ headers: { 'X-Experiment-Group': '' } })))).toContain('X-Experiment-Group;');
  });

  it('quotes whatever came over the wire', () => {
    const hostile = `$(touch /tmp/owned) \`id\` ${HOSTILE.replace('\uD800', '')}`;
    const words = wordsOf(curlLine(exchange({ url: `http://localhost/${hostile}`, body: hostile })));
    expect(words.at(-1)).toBe(`http://localhost/${hostile.replaceAll('\0', '')}`);
    expect(words).toContain(hostile.replaceAll('\0', ''));
  });
});
