// A process that keeps one generation after the other until it is killed. Bundled and started by the tests.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConfig } from '../../../src/config/resolve.js';
import { recordGeneration, type Prepared } from '../../../src/generations/record.js';

const [root = ''] = process.argv.slice(2);
const config = resolveConfig({ project: 'shop' }, root);
const source = join(root, 'model.onnx');
const size = 512 * 1024;

for (let round = 1; ; round += 1) {
  const content = Buffer.alloc(size, `${process.pid} ${round} `);
  writeFileSync(source, content);
  const hash = createHash('sha256').update(content).digest('hex');
  const prepared: Prepared = {
    plan: { project: 'shop', operations: [], rollouts: [] },
    models: { [source]: { 'model.onnx': { source, hash } } },
    templates: {},
    images: {
      name: 'debian',
      nodeBase: 'node',
      pythonBase: 'python',
      reference: (image) => ({ reference: image, origin: 'an example' }),
    },
  };
  await recordGeneration(config, prepared, { cause: 'fortress up' });
  process.stdout.write('.');
}
