import { beforeAll, describe, expect, it } from 'vitest';
import type { FortressConfig } from '../../src/config/types.js';
import { useProject } from '../support/project.js';

// TLS as somebody finds it who looks for weaknesses from outside.
const project = useProject();

interface Report {
  results: { id: string; verdict: string; summary: string; facts: Record<string, string> }[];
}

type Tls = NonNullable<NonNullable<FortressConfig['gateway']>['tls']>;

const serve = async (tls: Tls): Promise<void> => {
  await project.configure({ apis: { v1: { replicas: 1 } }, gateway: { tls } });
  await project.ok('up');
};

async function grade() {
  const { results } = await project.json<Report>('verify', '--only', 'tls.grade');
  const [result] = results;
  if (!result) throw new Error('verify did not answer');
  return result;
}

const AEAD_ECDSA = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
];

describe('a gateway that browsers shall insist on', () => {
  beforeAll(() => serve({ hsts: true }));

  it('is graded A+, within few connections', async () => {
    const { verdict, summary, facts } = await grade();
    expect({ verdict, summary }).toEqual({
      verdict: 'pass',
      summary: 'A+, trust left aside; TLS 1.2, TLS 1.3; nothing keeps it from that',
    });
    expect(Number.parseInt(facts['connections'] ?? '', 10)).toBeLessThan(20);
    expect(facts['TLS 1.2']?.split(', ').toSorted()).toEqual(AEAD_ECDSA);
    expect(facts).toMatchObject({
      refused: 'SSL 3.0, TLS 1.0, TLS 1.1',
      certificate: expect.stringMatching(/^ec 256, signed by ECDSA with SHA-256/) as string,
      'safe renegotiation': 'yes',
      'refuses a fallback': 'yes',
      compression: 'no',
      'resumes sessions': 'yes',
      'spoken inside': 'h2',
      'Strict-Transport-Security': '730 days',
    });
  });

  it('is so with an RSA key, too', async () => {
    await serve({ hsts: true, key: 'rsa-2048' });
    const { facts } = await grade();
    expect(facts['grade']).toBe('A+');
    expect(facts['certificate']).toMatch(/^rsa 2048/);
    expect(facts['TLS 1.2']?.split(', ').toSorted()).toEqual(
      AEAD_ECDSA.map((name) => name.replace('_ECDSA_', '_RSA_')),
    );
  });
});

it('is graded A as it comes, and says what an A+ would need', async () => {
  await serve({});
  const { verdict, facts } = await grade();
  expect(verdict).toBe('pass');
  expect(facts['what keeps it from an A+']).toBe(
    'no Strict-Transport-Security: an A+ would need gateway.tls.hsts: true',
  );
});
