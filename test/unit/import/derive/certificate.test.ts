import { expect, test } from 'vitest';
import { issueCa, issueServerCertificate } from '../../../../src/credentials/issue.js';
import { importOf, leftIn, NOW, PROJECT } from '../project.js';

const pairFor = async (dns: string, days: number): Promise<Record<string, string>> => {
  const ca = await issueCa('moods', 'ecdsa-p256', NOW);
  const { certificate, key } = await issueServerCertificate(ca, {
    project: 'moods',
    names: [{ kind: 'dns', value: dns }],
    type: 'ecdsa-p256',
    days,
    now: new Date(NOW.getTime() - 10 * 86_400_000),
  });
  return { 'deployments/nginx/certs/nginx.crt': certificate, 'deployments/nginx/certs/nginx.key': key };
};

const withCertificate = (files: Record<string, string>): ReturnType<typeof importOf> =>
  importOf({
    ...PROJECT,
    'deployments/nginx/Dockerfile': 'FROM nginx\nCOPY nginx.conf .htpasswd /etc/nginx/\nCOPY certs /etc/nginx/certs\n',
    ...files,
  });

test('a pair of the project that covers its host is used', async () => {
  const imported = withCertificate(await pairFor('moods.example', 365));
  expect(imported.config.gateway?.tls).toEqual({
    certificate: './deployments/nginx/certs/nginx.crt',
    certificateKey: './deployments/nginx/certs/nginx.key',
  });
  expect(leftIn(imported)).toEqual([]);
});

test.each([
  ['expired', 'moods.example', 5, /no good/],
  ['for another host', 'other.example', 365, /does not cover moods\.example/],
])('one that is %s is left, with the reason', async (_name, host, days, why) => {
  const { config, left } = withCertificate(await pairFor(host, days));
  expect(config.gateway?.tls?.certificate).toBeUndefined();
  expect(left.find(({ what }) => what === 'the certificate')?.why).toMatch(why);
});

test('a certificate without its key is left', async () => {
  const { 'deployments/nginx/certs/nginx.crt': certificate = '' } = await pairFor('moods.example', 365);
  const { left } = withCertificate({ 'deployments/nginx/certs/nginx.crt': certificate });
  expect(left.find(({ what }) => what === 'the certificate')?.why).toContain('nginx.key is not in the project');
});
