import { describe, expect, it } from 'vitest';
import { formatResult, toDocument, type GatewaysResult } from '../../../../bench/gateways/report.js';

const rounds = (rates: number[], microsecondsPerRequest: number): GatewaysResult['gateways'][number]['rounds'] =>
  rates.map((requestsPerSecond) => ({ requestsPerSecond, p50: 1, p99: 2, microsecondsPerRequest, share: 0.9 }));

/** The machine is half as fast in the second round, for all. */
const RESULT: GatewaysResult = {
  machine: { processor: 'P', loadAverage: { before: 0, after: 1 } },
  versions: ['nginx/1.26.3'],
  connections: 32,
  gateways: [
    { name: 'fortress', title: 'fortress', rounds: rounds([9500, 4750, 9500], 100) },
    { name: 'open', title: 'open', rounds: rounds([10_000, 5000, 10_000], 95) },
    { name: 'apr1', title: 'apr1', rounds: rounds([4750, 2375, 4750], 200) },
  ],
  handshakes: [
    { key: 'ecdsa', protocol: 'TLS 1.3', rounds: [{ perSecond: 600, microseconds: 300, share: 0.2 }] },
    { key: 'rsa', protocol: 'TLS 1.3', rounds: [{ perSecond: 200, microseconds: 1000, share: 0.2 }] },
  ],
};

describe('ratios', () => {
  const { ratios } = toDocument(RESULT) as { ratios: Record<'gateways' | 'handshakes', Record<string, unknown>[]> };

  it('compare requests/s of the same round, and CPU time the other way round', () => {
    expect(ratios.gateways.slice(0, 2)).toEqual([
      { name: 'open', measured: 0.95, byProcessorTime: expect.closeTo(0.95), bar: 0.9 },
      { name: 'apr1', measured: 2, byProcessorTime: expect.closeTo(2), bar: 3 },
    ]);
  });

  it('compare handshakes with both keys, protocol by protocol', () => {
    expect(ratios.handshakes).toEqual([
      { name: 'TLS 1.3', measured: 3, byProcessorTime: expect.closeTo(10 / 3), bar: 3 },
    ]);
  });

  it('are told with what was aimed at', () => {
    const text = formatResult(RESULT);
    expect(text).toMatch(/^open\s+0\.95 ×\s+0\.95 ×\s+0\.9 ×\s+met$/m);
    expect(text).toMatch(/^apr1\s+2\.00 ×\s+2\.00 ×\s+3 ×\s+missed$/m);
  });

  it('are told with a warning when a gateway was kept from working', () => {
    expect(formatResult(RESULT)).not.toContain('believe the CPU time');
    const slow = {
      ...RESULT,
      gateways: RESULT.gateways.map((gateway) => ({
        ...gateway,
        rounds: gateway.rounds.map((round) => ({ ...round, share: 0.05 })),
      })),
    };
    expect(formatResult(slow)).toContain('A gateway had only 5 % of its processor');
  });

  it('are missed where nothing was measured', () => {
    expect(formatResult(RESULT)).toMatch(/^haproxy\s+NaN ×.*missed$/m);
  });
});
