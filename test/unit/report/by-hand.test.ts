import { describe, expect, it } from 'vitest';
import { stepsByHand } from '../../../src/report/by-hand.js';
import type { CheckReport } from '../../../src/verify/run-checks.js';
import { makeReply, makeReport, passing } from '../verify/support/results.js';

const TARGET = { https: 'https://localhost:8443', http: 'http://localhost' };

const commandsOf = (id: string, more: Partial<CheckReport> = {}): string[] =>
  stepsByHand(makeReport(id, passing, more), TARGET).map(({ command }) => command);

describe('stepsByHand', () => {
  it('repeats each request once, with the answer that came', () => {
    const exchanges = [makeReply(200).exchange, makeReply(200).exchange];
    expect(stepsByHand(makeReport('auth.ok', passing, { exchanges }), TARGET)).toMatchObject([
      { purpose: 'The answer was 200:', command: expect.stringMatching(/^curl /) as string },
    ]);
    expect(
      stepsByHand(makeReport('auth.ok', passing, { exchanges: [makeReply(null).exchange] }), TARGET),
    ).toMatchObject([{ purpose: 'The answer was none, the connection was refused:' }]);
  });

  it('leaves out what only fortress itself can ask', () => {
    const { exchange } = makeReply(200);
    const headers = { ...exchange.request.headers, 'X-Fortress-Probe': '***' };
    const asOther = { ...exchange, request: { ...exchange.request, headers } };
    expect(commandsOf('ab.weight', { exchanges: [asOther] })).toEqual([]);
    expect(commandsOf('ab.weight', { exchanges: [asOther, exchange] })).toHaveLength(1);
  });

  it('sends a crowd to a rate limit, and counts', () => {
    const [command] = commandsOf('rate.limit', { objective: 5, exchanges: [makeReply(200).exchange] });
    expect(command).toMatch(/^\(for i in \$\(seq 40\); do curl .* & done; wait\) \| sort \| uniq -c$/);
  });

  it('looks which replica answered', () => {
    const [command] = commandsOf('lb.spread', { objective: 2, exchanges: [makeReply(200).exchange] });
    expect(command).toMatch(/sleep 0\.3; done \| grep -i '\^x-'$/);
  });

  it('shakes hands', () => {
    expect(commandsOf('tls.trust')).toEqual([
      "openssl s_client -connect 'localhost:8443' -servername 'localhost' -CAfile ca.crt -verify_hostname 'localhost' </dev/null",
    ]);
    expect(commandsOf('tls.protocols').map((command) => / -tls\S+/.exec(command)?.[0])).toEqual([
      ' -tls1',
      ' -tls1_1',
      ' -tls1_2',
      ' -tls1_3',
    ]);
    expect(commandsOf('target.identity')[1]).toMatch(/^openssl s_client .* \| openssl x509 .* -fingerprint/);
  });

  it('looks at the containers, and still sends what was sent', () => {
    expect(commandsOf('hygiene.users')).toEqual([
      `docker inspect --format '{{.Name}}: user "{{.Config.User}}"' $(docker ps -q)`,
    ]);
    expect(commandsOf('entry.ports', { exchanges: [makeReply(200).exchange] })).toEqual([
      "docker ps --format '{{.Names}} {{.Ports}}'",
      expect.stringMatching(/^curl /),
    ]);
  });

  it('is nothing where nothing ran', () => {
    const exchanges = [makeReply(200).exchange];
    for (const id of ['tls.trust', 'hygiene.users', 'auth.ok'])
      expect(stepsByHand(makeReport(id, passing, { exchanges }), null)).toEqual([]);
  });

  it('is nothing where nothing was sent', () => {
    expect(commandsOf('grafana.live')).toEqual([]);
    expect(commandsOf('rate.limit', { objective: 5 })).toEqual([]);
  });
});
