import { expect, test } from 'vitest';
import { importOf, leftIn, PROJECT } from '../project.js';

const withCompose = (
  change: (text: string) => string,
  files: Record<string, string> = {},
): ReturnType<typeof importOf> =>
  importOf({ ...PROJECT, 'docker-compose.yml': change(`${PROJECT['docker-compose.yml']}`), ...files });

test('services of one build behind one upstream are replicas of one API', () => {
  const imported = withCompose(
    (text) =>
      text.replace(
        '  api-v1:\n    build: ./src/api/v1\n    deploy: { replicas: 3 }\n',
        '  api-v1-1: { build: ./src/api/v1 }\n  api-v1-2: { build: ./src/api/v1 }\n',
      ),
    {
      'deployments/nginx/nginx.conf': `${PROJECT['deployments/nginx/nginx.conf']}`.replace(
        'server api-v1:8000;',
        'server api-v1-1:8000; server api-v1-2:8000;',
      ),
    },
  );
  expect(imported.config.apis?.['v1']?.replicas).toBe(2);
});

test('the command line that starts the project may scale it', () => {
  const imported = withCompose((text) => text.replace('    deploy: { replicas: 3 }\n', ''), {
    Makefile: 'start:\n\tdocker compose up --scale api-v1=4\n',
  });
  expect(imported.config.apis?.['v1']?.replicas).toBe(4);
});

test('a model that MODEL_PATH names is carried over', () => {
  const imported = withCompose(
    (text) =>
      text.replace(
        '    build: ./src/api/v2\n',
        "    build: ./src/api/v2\n    volumes: ['./models:/m:ro']\n    environment: [MODEL_PATH=/m/a.onnx]\n",
      ),
    { 'models/a.onnx': '' },
  );
  expect(imported.config.apis?.['v2']).toMatchObject({ model: './models/a.onnx' });
  expect(leftIn(imported)).toEqual(['the certificate']);
});

test('a model that the program finds by its path is carried over, and told', () => {
  const imported = withCompose(
    (text) =>
      text.replace('    build: ./src/api/v2\n', "    build: ./src/api/v2\n    volumes: ['./a.joblib:/app/a.joblib']\n"),
    { 'a.joblib': '' },
  );
  expect(imported.config.apis?.['v2']?.model).toBe('./a.joblib');
  expect(leftIn(imported)).toContain('a.joblib in api-v2');
});

test('limits, user, arguments and the path of the check', () => {
  const imported = withCompose((text) =>
    text.replace(
      '    build: ./src/api/v2\n',
      "    build: { context: ., dockerfile: src/api/v2/Dockerfile, args: { A: '${B:-c}' }, target: x }\n    user: '1000'\n    deploy: { resources: { limits: { memory: 1.5G, cpus: '0.5' } } }\n    healthcheck: { test: 'curl -f http://localhost:9000/ready || exit 1' }\n",
    ),
  );
  expect(imported.config.apis?.['v2']).toEqual({
    build: { context: '.', dockerfile: 'src/api/v2/Dockerfile', args: { A: 'c' } },
    port: 9000,
    health: '/ready',
    replicas: 1,
    debug: true,
    memory: '1536m',
    cpus: 0.5,
    user: '1000:1000',
  });
  expect(leftIn(imported)).toContain('build.target of api-v2');
});

test('two published ports that are one for fortress are told apart', () => {
  const imported = withCompose((text) => text.replace('127.0.0.1:9095:9090', '127.0.0.1:8080:9090'));
  expect(imported.config.monitoring).toMatchObject({ prometheusPort: 8081 });
});
