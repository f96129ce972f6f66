import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with the given files, by path; removed when the callback is done. */
export async function withSubmission<T>(
  files: Record<string, string>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fortress-submission-')));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The head and foot of a private key; what is between does not matter. */
export const KEY = `-----BEGIN ${'PRIVATE'} KEY-----\nMIIE\n-----END ${'PRIVATE'} KEY-----\n`;

/** A submission that nothing can be said against. */
export const GOOD: Record<string, string> = {
  Makefile:
    '.PHONY: test\nstart-project stop-project:\n\tdocker compose up\ntest: start-project\n\tbash x\nlogs:\n\ttrue\n',
  'docker-compose.yml': `
services:
  nginx:
    build: ./deployments/nginx
    depends_on: { api: { condition: service_healthy } }
  api:
    build: { context: src/api, dockerfile: v1/Dockerfile }
    healthcheck: { test: [CMD, x] }
`,
  'deployments/nginx/Dockerfile': 'FROM nginx:1.29\nUSER nginx\nHEALTHCHECK CMD x\n',
  'deployments/nginx/nginx.conf': 'events {}\n',
  'deployments/nginx/certs/nginx.crt': 'certificate',
  'deployments/nginx/.htpasswd': 'admin:x',
  'deployments/prometheus/prometheus.yml': 'global: {}\n',
  'model/model.joblib': 'x',
  'src/api/requirements.txt': 'fastapi\n',
  'src/api/v1/Dockerfile': 'FROM python:3.12-slim\nUSER app\n',
  'src/api/v2/main.py': 'pass\n',
  'tests/run_tests.sh': 'true\n',
  'README.md': `# Exam\n\nmake start-project\n\n![picture](a.svg)\n\n${'It says a lot. '.repeat(30)}\n`,
};
