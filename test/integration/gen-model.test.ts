import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { extract, pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageStore } from '../../src/engine/docker/images.js';
import { packRootFileSystem } from '../../src/images/debian/root-file-system.js';
import { readRecipe, type Recipe } from '../../src/images/debian/recipes.js';
import { loadClassifier } from '../../src/server/classifier.js';
import { docker } from '../support/engine.js';
import { sampleCsv, sampleRows } from '../unit/train/sample-data.js';

// The exam's training program, with the scikit-learn, onnx and onnxruntime of Debian.
const store = imageStore(docker);
const prefix = `gen-model-${randomBytes(4).toString('hex')}`;
const image = `${prefix}:1`;
const silent = { report: (): void => undefined };
const containers: Docker.Container[] = [];
let folder: string;

/** Only run once: neither thinned out nor compiled. */
const recipe: Recipe = {
  ...readRecipe('python'),
  packages: [...readRecipe('python').packages, 'python3-sklearn', 'python3-onnx'],
  hooks: ['cd "$1"/usr/lib/*-linux-gnu; for n in blas lapack; do ln -s $n/lib$n.so.3 lib$n.so.3; done'],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
  const tarFile = join(folder, 'root.tar');
  await packRootFileSystem(recipe, await store.architecture(), tarFile, silent);
  await store.importTar(createReadStream(tarFile), image, recipe.changes, silent);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await Promise.all(containers.map((container) => container.remove({ force: true, v: true })));
  await docker.getImage(image).remove();
});

interface Run {
  exitCode: number;
  log: string;
  container: Docker.Container;
}

async function train(program: string, csv: string): Promise<Run> {
  const container = await docker.createContainer({
    Image: image,
    User: '10001:10001',
    WorkingDir: '/tmp',
    Cmd: ['python3', 'gen_model.py', 'data.csv'],
    Tty: true,
    HostConfig: { NetworkMode: 'none' },
  });
  containers.push(container);
  const archive = pack();
  archive.entry({ name: 'gen_model.py' }, program);
  archive.entry({ name: 'data.csv' }, csv);
  archive.finalize();
  await container.putArchive(Readable.from(archive), { path: '/tmp' });
  await container.start();
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  const log = await container.logs({ stdout: true, stderr: true });
  // Debian's onnxruntime says of each operator that it knows it already.
  const lines = log
    .toString()
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('Schema error'));
  return { exitCode: StatusCode, log: lines.join('\n'), container };
}

async function fileOf(container: Docker.Container, path: string): Promise<Buffer> {
  const archive = extract();
  (await container.getArchive({ path })).pipe(archive);
  const chunks: Buffer[] = [];
  for await (const entry of archive) for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const program = await readFile('templates/exam/src/gen_model.py', 'utf8');

describe('gen_model.py', () => {
  it('says how good it is on held-out texts, and writes a model that our server serves', async () => {
    const { exitCode, log, container } = await train(program, sampleCsv(400));
    expect(log).toMatch(/^Trained on 320 rows, tested on \d+ others:$/m);
    expect(log).toMatch(/^ {2}accuracy {2}[01]\.\d{4}$/m);
    expect(log).toMatch(/^Wrote model\/model\.onnx, trained on all 400 rows/m);
    expect(exitCode).toBe(0);

    const model = join(folder, 'model.onnx');
    await writeFile(model, await fileOf(container, '/tmp/model/model.onnx'));
    const { labels, classify } = await loadClassifier(model);
    const rows = sampleRows(50, 2);
    const probabilities = await Promise.all(rows.map(({ text }) => classify(text)));
    const predicted = probabilities.map((row) => labels[row.indexOf(Math.max(...row))]);
    const right = rows.filter(({ label }, number) => predicted[number] === label);
    expect(right.length).toBeGreaterThan(40);
  });

  it('writes nothing when the file would answer otherwise than scikit-learn', async () => {
    const wrong = program.replace('{2,}', '{3,}');
    expect(wrong).not.toBe(program);
    const { exitCode, log, container } = await train(wrong, sampleCsv(100));
    expect(log).toMatch(/^the ONNX model differs from scikit-learn by .*: not written$/m);
    expect(exitCode).toBe(1);
    await expect(fileOf(container, '/tmp/model')).rejects.toThrow(/no such/i);
  });
});
