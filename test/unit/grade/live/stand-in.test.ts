import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findGateway } from '../../../../src/grade/live/gateway.js';
import { standInForCertificate } from '../../../../src/grade/live/stand-in.js';
import { findProject } from '../../../../src/grade/project.js';
import { KEY, withSubmission } from '../submission.js';

const COMPOSE = (volumes: string[]): string =>
  JSON.stringify({ services: { nginx: { image: 'nginx:1', ports: ['443:443'], volumes } } });
const NGINX = `server {
  listen 443 ssl; server_name moods.example *.example _;
  ssl_certificate /etc/nginx/certs/site.crt; # ssl_certificate other.crt;
  ssl_certificate_key certs/site.key;
}`;
const MAKEFILE = 'gen-certs:\n\topenssl req -x509 -nodes -out x\n';
const FILES = {
  Makefile: MAKEFILE,
  'docker-compose.yml': COMPOSE(['./tls:/etc/nginx/certs:ro']),
  'nginx.conf': NGINX,
};

/** What was made, and what it is. */
const completed = (files: Record<string, string>, before: (folder: string) => Promise<void> = async () => {}) =>
  withSubmission(files, async (folder) => {
    await before(folder);
    const { submission, made } = await standInForCertificate(await findProject(folder));
    const texts = await Promise.all(made.map((name) => readFile(join(folder, name), 'utf8')));
    const gateway = await findGateway(submission, submission.compose);
    return { made, texts, files: submission.files, ca: gateway?.ca ?? null };
  });

it('makes the certificate that nginx names where it is mounted from, and trusts it', async () => {
  const { made, texts, files, ca } = await completed(FILES);
  expect(made).toEqual(['tls/site.crt', 'tls/site.key']);
  expect(files).toEqual(['Makefile', 'docker-compose.yml', 'nginx.conf', 'tls/site.crt', 'tls/site.key']);
  const [certificate = '', key = ''] = texts;
  const leaf = new X509Certificate(certificate);
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, DNS:moods.example');
  expect(ca).toBe(certificate);
});

it.each<[string, Record<string, string>, string[]]>([
  [
    'file by file, with an empty one beside them',
    {
      'docker-compose.yml': COMPOSE([
        './c/a.crt:/etc/nginx/certs/site.crt',
        './c/a.key:/etc/nginx/certs/site.key:ro',
        './c/expiry.conf:/etc/nginx/certs/expiry.conf',
        './other/x.conf:/x.conf',
      ]),
    },
    ['c/a.crt', 'c/a.key', 'c/expiry.conf'],
  ],
  [
    'where the exam wants it, when nothing is mounted',
    { 'docker-compose.yml': COMPOSE(['data:/data']) },
    ['deployments/nginx/certs/site.crt', 'deployments/nginx/certs/site.key'],
  ],
  [
    'by a script',
    { Makefile: 'x:\n\tbash certs.sh\n', 'certs.sh': 'mkcert localhost\n' },
    ['tls/site.crt', 'tls/site.key'],
  ],
  ['beside a certificate without its key', { 'tls/site.crt': 'old' }, ['tls/site.crt', 'tls/site.key']],
])('%s', async (_, files, made) => {
  expect((await completed({ ...FILES, ...files })).made).toEqual(made);
});

it.each<[string, Record<string, string>]>([
  ['the key is there', { 'tls/site.key': KEY }],
  ['nothing would make one', { Makefile: 'start-project:\n\tdocker compose up\n' }],
  ['nginx names none', { 'nginx.conf': 'listen 443 ssl;' }],
  ['its name is a variable', { 'nginx.conf': NGINX.replaceAll('site.', '$host.') }],
  ['a file is where a folder would be', { tls: 'a file' }],
  ['it would lie outside', { 'docker-compose.yml': COMPOSE(['../../tls:/etc/nginx/certs']), deployments: 'a file' }],
])('makes none where %s', async (_, files) => {
  expect((await completed({ ...FILES, ...files })).made).toEqual([]);
});

it('follows no link out of the copy', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'fortress-outside-'));
  try {
    const { made } = await completed(FILES, (folder) => symlink(outside, join(folder, 'tls')));
    expect(made).toEqual([]);
    expect(await readdir(outside)).toEqual([]);
  } finally {
    await rm(outside, { recursive: true });
  }
});
