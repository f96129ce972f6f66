import { describe, expect, test } from 'vitest';
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

const withBuild = (build: string, files: Record<string, string> = {}): ReturnType<typeof importOf> =>
  withCompose((text) => text.replace('build: ./src/api/v2', () => `build: ${build}`), files);

const withArgs = (args: string): ReturnType<typeof importOf> => withBuild(`{ context: ./src/api/v2, args: ${args} }`);

describe('arguments of a build', () => {
  test('a default for the image that others come from gives way to what fortress knows', () => {
    const imported = withArgs("{ PYTHON_IMAGE: '${IMAGE:-python:3.9}', NODE_IMAGE: 'node:1' }");
    expect(imported.config.apis?.['v2']?.build).toEqual({ context: './src/api/v2', args: { NODE_IMAGE: 'node:1' } });
    expect(leftIn(imported)).toContain('the build argument PYTHON_IMAGE of api-v2');
  });

  test.each(["{ A: '${NOPE}' }", "{ A: 'x${NOPE}y' }", '{ A: "two\\nlines" }', '[A]', '{ A: }'])(
    '%s is told, and left out',
    (args) => {
      const imported = withArgs(args);
      expect(imported.config.apis?.['v2']?.build).toBe('./src/api/v2');
      expect(leftIn(imported)).toContain('the build argument A of api-v2');
    },
  );

  test('what stands there, or has a default, is carried over', () => {
    expect(withArgs("[A=1, 'B=${NOPE:-2}', 'C=$$x']").config.apis?.['v2']?.build).toMatchObject({
      args: { A: '1', B: '2', C: '$x' },
    });
  });
});

test('a variable of several lines is told, and stops nothing', () => {
  const imported = withCompose((text) =>
    text.replace('build: ./src/api/v2\n', 'build: ./src/api/v2\n    environment: { A: "1\\n2", B: c }\n'),
  );
  expect(imported.config.apis?.['v2']?.env).toEqual({ B: 'c' });
  expect(leftIn(imported)).toContain('A of api-v2');
});

test('figures are asked where Prometheus asks a replica by its address', () => {
  const imported = withCompose(
    (text) =>
      text.replace(
        'build: ./src/api/v2\n',
        'build: ./src/api/v2\n    networks: { backend: { ipv4_address: 10.1.2.3 } }\n',
      ),
    {
      'prometheus.yml':
        "# Prometheus of p. Written by fortress from fortress.config.ts.\nrule_files: [rules.yml]\nscrape_configs: [{ job_name: api, metrics_path: /figures, static_configs: [{ targets: ['10.1.2.3:9000'] }] }]\n",
    },
  );
  expect(imported.config.apis?.['v2']?.metrics).toBe('/figures');
  expect(leftIn(imported)).toEqual(['the certificate']);
});

const healthWith = (files: Record<string, string>): string | undefined =>
  withBuild('{ context: ./src/api, dockerfile: v2/Dockerfile }', {
    'src/api/v2/main.py': 'from serving import app\n',
    ...files,
  }).config.apis?.['v2']?.health;

test('a program that the one beside the Dockerfile uses may say where it is well; that of another image may not', () => {
  expect(healthWith({})).toBe('/');
  expect(healthWith({ 'src/api/serving/app.py': '@app.get("/ready")\n' })).toBe('/ready');
});

test('a context outside of the project is the same folder from wherever the configuration lies', () => {
  const files = { ...PROJECT, 'docker-compose.yml': `${PROJECT['docker-compose.yml']}` };
  const buildFrom = (context: string, target: string): ReturnType<typeof importOf> =>
    importOf(
      {
        ...files,
        'docker-compose.yml': files['docker-compose.yml'].replace('build: ./src/api/v2', `build: ${context}`),
      },
      target,
    );
  const imported = buildFrom('../shared/v2', '/elsewhere/new');
  expect(imported.config.apis?.['v2']?.build).toBe('../../shared/v2');
  expect(buildFrom('/srv/v2', '/project').config.apis?.['v2']?.build).toBe('../srv/v2');
  expect(imported.carried.map(({ key }) => key)).not.toContain('apis.v2');
  expect(leftIn(imported)).toContain('the Dockerfile of api-v2');
});
