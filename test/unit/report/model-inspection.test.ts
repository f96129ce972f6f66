import { expect, test } from 'vitest';
import { readModel } from '../../../src/model/read-model.js';
import { formatInspection, inspectionOf } from '../../../src/report/model-inspection.js';
import { fixture } from '../model/onnx/sample-graphs.js';

test('a model that takes texts, and what is changed when it is loaded', async () => {
  const inspection = inspectionOf(await readModel(fixture('logistic-zipmap.onnx')));
  expect(formatInspection({ ...inspection, file: 'a.onnx' })).toMatchInlineSnapshot(`
    "a.onnx
      kind       text (the graph takes texts as they are)
      size       3.9 kB
      sha256     306a464e46e0afb681ea2daf844a23c9e3543e788e62c895a092a236fad802b6
      made by    skl2onnx 1.20.0
      operators  ai.onnx 16, com.microsoft 1, ai.onnx.ml 1
      input      text: string [?, 1]
      output     output_label: string [?]
      output     output_probability: sequence(map(string, float))
      labels     3: calm, glad, sad
      on load    leaves out output_probability, the ZipMap
      on load    gives out the tensor probabilities"
  `);
  expect(inspection).toMatchObject({
    kind: 'text',
    inputs: [{ name: 'text', type: 'string', shape: [null, 1] }],
    labels: ['calm', 'glad', 'sad'],
  });
  expect(inspection).not.toHaveProperty('training');
});

test('our model, with its recipe and what it is worth', async () => {
  const inspection = inspectionOf(await readModel('model/model.onnx'));
  const text = formatInspection(inspection);
  expect(text).toMatch(/recipe +seed \d/);
  expect(text).toMatch(/held out +accuracy 0\.\d{4}, macro-F1 0\.\d{4}, log loss \d\.\d{4}, ECE 0\.\d{4} on \d+ rows/);
  expect(inspection.bytes).toBeGreaterThan(100_000);
});

test('names cannot steer the terminal', async () => {
  const inspection = inspectionOf(await readModel(fixture('calibrated.onnx')));
  expect(formatInspection({ ...inspection, labels: ['\u001B[2J', 'b'] })).toContain('2: �[2J, b');
});
