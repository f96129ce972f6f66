import { expect, it } from 'vitest';
import { issueCa } from '../../../../src/credentials/issue.js';
import { accountsOf } from '../../../../src/grade/live/accounts.js';
import { findGateway } from '../../../../src/grade/live/gateway.js';
import { findProject } from '../../../../src/grade/project.js';
import { withSubmission } from '../submission.js';

const { certificate: CERTIFICATE } = await issueCa('exam', 'ecdsa-p256', new Date());
const BROKEN = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
const compose = (ports: string): string => `services: { nginx: { image: "nginx:1", ports: ${ports} } }`;

const gatewayOf = (files: Record<string, string>) =>
  withSubmission(files, async (folder) => {
    const project = await findProject(folder);
    return findGateway(project, project.compose);
  });

it.each([
  ['["443:443", "80:80"]', 'https://localhost'],
  ['["8443:443"]', 'https://localhost:8443'],
  ['["8443:443", "443:443"]', 'https://localhost'],
  ['["9443:9443", "80:80"]', 'https://localhost:9443'],
])('finds the port of %s', async (ports, url) => {
  const files = {
    'docker-compose.yml': compose(ports),
    'nginx.conf': 'server { listen 80; }\nserver { listen [::]:9443 ssl http2; }',
  };
  expect(await gatewayOf(files)).toEqual({ url, ca: null });
});

it('says when no port speaks TLS', async () => {
  const files = { 'docker-compose.yml': compose('["80:80"]'), 'nginx.conf': '# listen 80 ssl;\nlisten 80;' };
  expect(await gatewayOf(files)).toBeNull();
});

it.each([
  [['deployments/nginx/certs/nginx.crt', 'certs/ca.crt'], 'deployments/nginx/certs/nginx.crt'],
  [['certs/ca.crt', 'certs/server.crt'], 'certs/ca.crt'],
  [['certs/other.pem', 'certs/server.crt'], 'certs/server.crt'],
  [['certs/only.pem'], 'certs/only.pem'],
  [['certs/one.pem', 'certs/two.pem'], null],
])('chooses of %j', async (names, caFile) => {
  const files = {
    'docker-compose.yml': compose('["443:443"]'),
    'nginx.conf': 'ssl_certificate /etc/nginx/certs/server.crt;',
    'certs/broken.crt': BROKEN,
    // Told apart by what stands before the certificate.
    ...Object.fromEntries(names.map((name) => [name, `${name}\n${CERTIFICATE}`])),
  };
  const ca = caFile === null ? null : `${caFile}\n${CERTIFICATE}`;
  expect(await gatewayOf(files)).toEqual({ url: 'https://localhost', ca });
});

it("reads credentials from the curl lines of the submission, the exam's first", async () => {
  const files = {
    'docker-compose.yml': compose('[]'),
    'README.md': 'curl -u alice:s3cret https://localhost',
    'tests/run_tests.sh': 'curl --user "bob:$PASSWORD"\ncurl --user "carol:x!"\ncurl -u admin:admin x',
    'src/other.py': 'curl -u dave:no',
  };
  const accounts = await withSubmission(files, async (folder) => accountsOf(await findProject(folder)));
  expect(accounts).toEqual(['admin:admin', 'alice:s3cret', 'carol:x!']);
});
