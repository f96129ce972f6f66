import { expect, test } from 'vitest';
import { pathOfCheck, readImageFacts } from '../../../src/import/dockerfile.js';

test('the last stage says what runs, with what it has from those below', () => {
  const facts = readImageFacts(`ARG TAG=3.13
FROM python:$TAG AS base
WORKDIR /app
ENV PORT=8001
FROM node AS other
EXPOSE 1
FROM base
COPY --chown=me a.py b.py ./
COPY --from=other /x /y
COPY ["c d.py", "c.py"]
HEALTHCHECK CMD curl -f http://localhost:$PORT/ready || exit 1
CMD uvicorn main:app --host 0.0.0.0 \\
  --port \${PORT}
`);
  expect(facts).toMatchObject({ base: 'python:3.13', port: 8001, healthPath: '/ready' });
  expect(facts.copies).toEqual([
    { sources: ['a.py', 'b.py'], target: '/app/' },
    { sources: ['c d.py'], target: '/app/c.py' },
  ]);
});

test('EXPOSE counts where no command names a port', () => {
  expect(readImageFacts('FROM x\nEXPOSE 9000/tcp\nCMD ["serve"]').port).toBe(9000);
  expect(readImageFacts('FROM x').port).toBeNull();
});

test.each([
  ['curl -f http://localhost:8000/health || exit 1', '/health'],
  ['python -c "import requests; requests.get(\'http://localhost:8000/health\')"', '/health'],
  ['wget -q --spider http://127.0.0.1:8000', '/'],
  ['pg_isready', null],
  [
    String.raw`["python3", "-c", "urlopen(f\"http://127.0.0.1:{os.environ.get('PORT') or 8000}/health\", timeout=2)"]`,
    '/health',
  ],
  ['curl "http://[::1]:${PORT:-8000}/ready"', '/ready'],
  ['curl http://localhost/{name}', null],
])('%s asks for %s', (check, path) => {
  expect(pathOfCheck(check)).toBe(path);
});

test('a check of any length is looked at in no time', () => {
  const start = performance.now();
  for (const part of [':a', '{', '/a', 'http://a{', '[a']) pathOfCheck(`http://x${part.repeat(50_000)}!`);
  expect(performance.now() - start).toBeLessThan(500);
});
