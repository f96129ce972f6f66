import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type Docker from 'dockerode';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageStore } from '../../src/engine/docker/images.js';
import { packContext } from '../../src/images/api/context.js';
import { debianBuilder } from '../../src/images/debian/build.js';
import { readRecipe, recipeReference } from '../../src/images/debian/recipes.js';
import { buildApp } from '../../src/server/app.js';
import { loadClassifier } from '../../src/server/classifier.js';
import { createRegistry } from '../../src/server/metrics.js';
import { readSettings } from '../../src/server/settings.js';
import { docker } from '../support/engine.js';
import { writeDocsFolder } from '../unit/server/docs-folder.js';

// The FastAPI applications on the Python base that is built of Debian's packages, beside our own server.
const MODEL = 'model/self-contained.onnx';
const BODY_LIMIT = 50_000;
const store = imageStore(docker);
const prefix = `fastapi-${randomBytes(4).toString('hex')}`;
const silent = { report: (): void => undefined };
const images = { v1: `${prefix}:v1`, v2: `${prefix}:v2` };
const containers: Docker.Container[] = [];
const volumes: string[] = [];

/** The limits that every container of a stack has. */
const HARDENED = {
  ReadonlyRootfs: true,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777' },
  PidsLimit: 128,
  Memory: 256 * 1024 * 1024,
};

/** Starts a version with a model where the engine puts it. */
async function start(version: 'v1' | 'v2', model: Buffer): Promise<Docker.Container> {
  const volume = `${prefix}-${volumes.length}`;
  await docker.createVolume({ Name: volume });
  volumes.push(volume);
  const container = await docker.createContainer({
    name: `${prefix}-${containers.length}`,
    Image: images[version],
    User: '10001:10001',
    Env: ['MODEL_PATH=/etc/fortress/model.onnx', `API_VERSION=${version}`, `BODY_LIMIT=${BODY_LIMIT}`],
    HostConfig: { ...HARDENED, Binds: [`${volume}:/etc/fortress`] },
  });
  containers.push(container);
  const archive = pack();
  archive.entry({ name: 'model.onnx', mode: 0o444 }, model);
  archive.finalize();
  await container.putArchive(Readable.from(archive), { path: '/etc/fortress' });
  await container.start();
  return container;
}

/** Its address once it is ready. */
async function ready(container: Docker.Container): Promise<string> {
  const { NetworkSettings } = await container.inspect();
  const ended = async (): Promise<boolean> => !(await container.inspect()).State.Running;
  const address = `http://${NetworkSettings.Networks['bridge']?.IPAddress}:8000`;
  for (let attempt = 0; attempt < 300 && !(await ended()); attempt += 1) {
    const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    if (response?.status === 200) return address;
    await sleep(100);
  }
  throw new Error(`not ready: ${await logOf(container)}`);
}

async function logOf(container: Docker.Container): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true });
  const lines: string[] = [];
  for (let at = 0; at + 8 <= raw.length; at += 8 + raw.readUInt32BE(at + 4))
    lines.push(raw.subarray(at + 8, at + 8 + raw.readUInt32BE(at + 4)).toString());
  return lines.join('');
}

let app: FastifyInstance;
let docsFolder: string;
let v1: string;
let v2: string;
let second: Docker.Container;

beforeAll(async () => {
  await debianBuilder(store)('python', silent);
  const base = recipeReference('python', readRecipe('python'));
  for (const version of ['v1', 'v2'] as const) {
    const options = { ...silent, dockerfile: `${version}/Dockerfile`, args: { PYTHON_IMAGE: base } };
    await store.build(await packContext('templates/fastapi'), images[version], options);
  }
  const model = await readFile(MODEL);
  second = await start('v2', model);
  [v1, v2] = await Promise.all([start('v1', model).then(ready), ready(second)]);

  docsFolder = await mkdtemp(join(tmpdir(), `${prefix}-`));
  writeDocsFolder(docsFolder);
  const settings = {
    ...readSettings({ LOG_LEVEL: 'silent' }),
    modelPath: MODEL,
    bodyLimit: BODY_LIMIT,
    debugProbabilities: true,
  };
  const classifier = await loadClassifier(MODEL);
  app = buildApp({ settings, classifier, state: { draining: false }, register: createRegistry(settings), docsFolder });
});

afterAll(async () => {
  await app?.close();
  await rm(docsFolder, { recursive: true, force: true });
  await Promise.all(containers.map((container) => container.remove({ force: true, v: true })));
  await Promise.all(volumes.map((name) => docker.getVolume(name).remove()));
  await Promise.allSettled(Object.values(images).map((reference) => docker.getImage(reference).remove()));
});

interface Question {
  method?: 'GET' | 'POST' | 'DELETE';
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

async function ask(address: string, question: Question): Promise<Answer> {
  const { method = 'POST', path = '/predict', headers = JSON_TYPE, body } = question;
  // As bytes: for a text, fetch would add a type of its own.
  const content = body === undefined ? null : Buffer.from(body);
  const response = await fetch(`${address}${path}`, { method, headers, body: content, redirect: 'manual' });
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(await response.text()) as Answer['body'],
  };
}

async function askOurs({ method = 'POST', path = '/predict', headers = JSON_TYPE, body }: Question) {
  const response = await app.inject({ method, url: path, headers, ...(body === undefined ? {} : { payload: body }) });
  return { status: response.statusCode, body: response.json<Answer['body']>() };
}

const sentence = (text: unknown): string => JSON.stringify({ sentence: text });

const TEXTS: [string, string][] = [
  ['words', 'I love you so much!'],
  ['capitals and signs', 'NOOOOO why does this ALWAYS happen to me ?!?! :('],
  ['a mention, an address, HTML entities', '@somebody look at https://example.org/a?b=c &amp; tell me &lt;3'],
  ['entities of entities', '&amp;quot;quoted twice&amp;quot; &#39;s'],
  ['emoji', 'happy 🎉🎉 birthday 👩‍👩‍👧 ❤️'],
  ['other alphabets', 'Ünïcödé straße ИДУ さようなら'],
  ['no word', '.'],
  ['blanks around', ' \t leading and trailing \n'],
  ['half a character', 'half \ud83d a character'],
  ['10,000 letters', 'a'.repeat(10_000)],
  ['many words', 'no words twice '.repeat(660)],
];

describe('the FastAPI applications', () => {
  it.each(TEXTS)('answer as our server does with the same model: %s', async (_name, text) => {
    const body = sentence(text);
    const [ours, theirs, short] = await Promise.all([askOurs({ body }), ask(v2, { body }), ask(v1, { body })]);
    const label = ours.body['prediction value'];
    expect([ours.status, theirs.status, short.status]).toEqual([200, 200, 200]);
    expect(short.body).toEqual({ 'prediction value': label });
    expect(Object.keys(theirs.body)).toEqual(['prediction value', 'prediction_proba_dict']);
    expect(theirs.body['prediction value']).toBe(label);
    const expected = ours.body['prediction_proba_dict'] as Record<string, number>;
    const found = theirs.body['prediction_proba_dict'] as Record<string, number>;
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, probability] of Object.entries(expected))
      expect(Math.abs((found[name] ?? NaN) - probability)).toBeLessThan(1e-4);
  });

  it.each<[string, Question]>([
    ['no JSON', { body: '{"sentence": ' }],
    ['text that is none', { body: Buffer.from('7b2273656e74656e6365223a22ff', 'hex') }],
    ['an empty body', { body: '' }],
    ['a list', { body: '[]' }],
    ['null', { body: 'null' }],
    ['a string', { body: '"I love you"' }],
    ['no sentence', { body: '{"text": "I love you"}' }],
    ['a number', { body: sentence(7) }],
    ['a list of sentences in one', { body: sentence(['I love you']) }],
    ['null as a sentence', { body: sentence(null) }],
    ['nothing to read', { body: sentence('') }],
    ['nothing visible', { body: sentence(' \n\t\u00a0') }],
    ['too long a sentence', { body: sentence('a'.repeat(10_001)) }],
    ['too large a body', { body: sentence('a'.repeat(BODY_LIMIT)) }],
    ['plain text', { body: sentence('x'), headers: { 'content-type': 'text/plain' } }],
    ['a form', { body: 'sentence=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['no type', { body: sentence('x'), headers: {} }],
    ['a compressed body', { body: 'x', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } }],
    ['another method', { method: 'GET' }],
    ['deletion', { method: 'DELETE', headers: {} }],
    ['another path', { method: 'GET', path: '/nowhere?x=1' }],
    ['a slash too much', { path: '/predict/', body: sentence('x') }],
  ])('refuse as our server does: %s', async (_name, question) => {
    const headers = { ...(question.headers ?? JSON_TYPE), 'x-request-id': 'question-1' };
    const [ours, theirs] = await Promise.all([askOurs({ ...question, headers }), ask(v1, { ...question, headers })]);
    expect(theirs.status).toBe(ours.status);
    // Several sentences at once, which ours tells of, are not for them; each JSON parser has words of its own;
    // and Python and Node name some statuses by different editions of HTTP.
    const comparable = ({ error, message, ...rest }: Answer['body']) => ({
      ...rest,
      error: typeof error,
      message: ours.status === 400 ? '' : String(message).replace(/ or \{"sentences".*\}/, ''),
    });
    expect(comparable(theirs.body)).toEqual(comparable(ours.body));
  });

  it('refuse a body that grows too large without having said so', async () => {
    const chunks = Array.from({ length: 10 }, () => Buffer.alloc(BODY_LIMIT / 5, 'a'));
    const body = Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array>;
    const response = await fetch(`${v1}/predict`, { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ message: `The body is larger than ${BODY_LIMIT} bytes.` });
  });

  it('tell who they are, and take over the name of a request unless it is harmful', async () => {
    const { Config } = await second.inspect();
    const named = await ask(v2, { body: sentence('hi'), headers: { ...JSON_TYPE, 'x-request-id': 'gateway:1.a-b' } });
    expect(Object.fromEntries(named.headers)).toMatchObject({
      'x-request-id': 'gateway:1.a-b',
      'x-api-version': 'v2',
      'x-instance-id': Config.Hostname,
    });
    const harmful = await ask(v2, { body: sentence('hi'), headers: { ...JSON_TYPE, 'x-request-id': '"}' } });
    expect(harmful.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-\d+$/);
  });

  it('count for Prometheus under the names of our server', async () => {
    await ask(v2, { body: sentence('I love you so much!') });
    const text = await (await fetch(`${v2}/metrics`)).text();
    expect(text).toMatch(/^fortress_model_info\{kind="text",name="model",sha256="[0-9a-f]{64}",version="v2"\} 1\.0$/m);
    expect(text).toMatch(/^fortress_predictions_total\{label="love",version="v2"\} [1-9]/m);
    expect(text).toMatch(
      /^fortress_http_request_duration_seconds_count\{route="\/predict",status="200",version="v2"\} [1-9]/m,
    );
  });

  it('write a line of JSON for each request but those of machines, and nothing of their insides', async () => {
    await ask(v2, {
      path: '/predict?mark=7',
      body: sentence('hi'),
      headers: { ...JSON_TYPE, 'x-request-id': 'log-1' },
    });
    await fetch(`${v2}/health`);
    await sleep(200);
    const lines = (await logOf(second)).split('\n').filter((line) => line !== '' && !line.startsWith('INFO:'));
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.find((entry) => entry['request_id'] === 'log-1')).toMatchObject({
      version: 'v2',
      method: 'POST',
      url: '/predict?mark=7',
      status: 200,
      ms: expect.any(Number) as number,
    });
    expect(entries.filter(({ url }) => url === '/health')).toEqual([]);
  });

  it('judge their own health', async () => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const { State } = await second.inspect();
      if (State.Health?.Status === 'healthy') return;
      await sleep(100);
    }
    expect.fail(JSON.stringify((await second.inspect()).State.Health));
  });

  it('finish what they do and end with 0 when they are told to', async () => {
    const container = await start('v1', await readFile(MODEL));
    const address = await ready(container);
    const asked = ask(address, { body: sentence('a'.repeat(10_000)) });
    await sleep(20);
    const begin = performance.now();
    await container.kill({ signal: 'SIGTERM' });
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    expect(StatusCode).toBe(0);
    expect(performance.now() - begin).toBeLessThan(2000);
    expect((await asked).status).toBe(200);
  });

  it('serve what skl2onnx makes of a scikit-learn pipeline', async () => {
    const folder = 'test/fixtures/onnx';
    const address = await ready(await start('v2', await readFile(`${folder}/logistic-zipmap.onnx`)));
    const { texts, models } = JSON.parse(await readFile(`${folder}/expected.json`, 'utf8')) as {
      texts: string[];
      models: Record<string, { labels: string[]; probabilities: number[][] }>;
    };
    const { labels, probabilities } = models['logistic-zipmap'] ?? { labels: [], probabilities: [] };
    for (const [number, text] of texts.entries()) {
      const { body } = await ask(address, { body: sentence(text) });
      const found = body['prediction_proba_dict'] as Record<string, number>;
      for (const [label, name] of labels.entries())
        expect(found[name]).toBeCloseTo(probabilities[number]?.[label] ?? NaN, 5);
    }
  });

  it.each([
    ['that is none', Buffer.from('no model'), /^model server: onnxruntime cannot load \/etc\/fortress\/model\.onnx: /m],
    [
      'of features',
      'model/model.onnx',
      /^model server: .* takes no texts: expected one string input .*, found indices/m,
    ],
    [
      'without names of its labels',
      'test/fixtures/onnx/calibrated.onnx',
      /^model server: .* lacks the names of its labels/m,
    ],
  ])('do not start with a model %s, and say why', async (_name, model, words) => {
    const container = await start('v1', typeof model === 'string' ? await readFile(model) : model);
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    expect(StatusCode).toBe(1);
    expect(await logOf(container)).toMatch(words);
  });
});
