import { describe, expect, test } from 'vitest';
import { trainModel } from '../../../src/train/train.js';
import { inlineContext, runInline, sampleCsv, temporaryFile, toCsv, trainSample } from './sample-data.js';

const OPTIONS = { columns: { text: 'content', label: 'sentiment' }, testShare: 0.2, seed: 1 };

describe('trainModel', () => {
  test('learns what the words tell, and measures it on rows it has not seen', async () => {
    const { labels, data, metrics, golden } = (await trainSample()).metadata;
    expect(labels).toEqual(['calm', 'glad', 'sad']);
    expect(data.trainRows + data.testRows).toBe(400);
    expect(metrics.model.rows).toBe(data.testRows);
    expect(metrics.model.accuracy).toBeGreaterThan(0.95);
    expect(metrics.majority.accuracy).toBeLessThan(0.5);
    expect(metrics.course.accuracy).toBeGreaterThan(0.95);
    for (const { probabilities } of golden) {
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 4);
    }
  });

  test('gives the same bytes for the same seed, others for another', async () => {
    const [first, again, other] = await Promise.all([trainSample(200, 1), trainSample(200, 1), trainSample(200, 2)]);
    expect(again).toEqual(first);
    expect(other.metadata.model.sha256).not.toBe(first.metadata.model.sha256);
  });

  test('ships a model that has seen all rows, and says so', async () => {
    const csv = sampleCsv(200);
    const data = await temporaryFile('a.csv', csv);
    const [few, many] = await Promise.all(
      [0.2, 0.5].map((testShare) => trainModel({ ...OPTIONS, data, testShare }, inlineContext())),
    );
    expect(few?.metadata.data).toMatchObject({ rows: 200, trainRows: 160, testRows: 40, shippedRows: 200 });
    expect(many?.metadata.data).toMatchObject({ shippedRows: 200 });
    expect(many?.metadata.data.trainRows).toBeLessThan(110);
    expect(many?.onnx).toEqual(few?.onnx);
    expect(many?.metadata.metrics.model).not.toEqual(few?.metadata.metrics.model);
  });

  test('tells how far it is, stage by stage', async () => {
    const data = await temporaryFile('a.csv', sampleCsv(200));
    const seen: string[] = [];
    const events = {
      started: (stage: string) => seen.push(`${stage} …`),
      progress: (stage: string, line: string, done?: number) => seen.push(`${stage}: ${line} ${done}`),
      finished: (stage: string) => seen.push(`${stage} ✓`),
    };
    await trainModel({ ...OPTIONS, data }, { ...inlineContext(), events });
    expect(seen.slice(0, 3)).toEqual(['data …', 'data ✓', 'ship …']);
    expect(seen).toContain('measure: epoch 5 of 10 0.5');
    expect(seen.at(-1)).toBe('write …');
  });

  test('when one task fails, the others are stopped and its error is the one that is told', async () => {
    const data = await temporaryFile('a.csv', sampleCsv(200));
    const stopped: string[] = [];
    const run: typeof runInline = (name, _input, _progress, signal) =>
      new Promise((_, reject) => {
        if (name === 'course') setTimeout(() => reject(new Error('no memory')), 5);
        signal.addEventListener('abort', () => {
          stopped.push(name);
          reject(signal.reason as Error);
        });
      });
    await expect(trainModel({ ...OPTIONS, data }, { ...inlineContext(), run, parallel: 3 })).rejects.toThrow(
      'no memory',
    );
    expect(stopped.toSorted()).toEqual(['course', 'measure', 'ship']);
  });

  test('keeps no text and no user name of the data', async () => {
    const csv = `${sampleCsv(200)}${'"@zebulon_x is quoted often","sad"\n'.repeat(30)}`;
    const { onnx, metadata } = await trainModel(
      { ...OPTIONS, data: await temporaryFile('a.csv', csv) },
      inlineContext(),
    );
    const everything = `${Buffer.from(onnx).toString('latin1')}${JSON.stringify(metadata)}`;
    expect(everything).not.toMatch(/zebulon|gloomy|breakfast/);
  });

  test('a user name has no influence on the prediction', async () => {
    const rows = Array.from({ length: 100 }, (_, row) =>
      row % 2 === 0
        ? [`@adam says number ${Math.floor(row / 2)} today`, 'glad']
        : [`@brian says number ${Math.floor(row / 2)} today`, 'sad'],
    );
    const data = await temporaryFile('a.csv', toCsv([['content', 'sentiment'], ...rows]));
    const { metrics } = (await trainModel({ ...OPTIONS, data }, inlineContext())).metadata;
    expect(metrics.model.accuracy).toBeLessThan(0.8);
  });

  test('refuses data that is too small to hold anything out', async () => {
    const data = await temporaryFile(
      'a.csv',
      toCsv([
        ['content', 'sentiment'],
        ['x y', 'a'],
        ['z y', 'b'],
      ]),
    );
    await expect(trainModel({ ...OPTIONS, data }, inlineContext())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('too few rows'),
    });
  });

  test('refuses texts that have nothing in common', async () => {
    const rows = Array.from('abcdefghijklmnop', (letter, row) => [letter, row % 2 === 0 ? 'a' : 'b']);
    const data = await temporaryFile('a.csv', toCsv([['content', 'sentiment'], ...rows]));
    await expect(trainModel({ ...OPTIONS, data }, inlineContext())).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('no words in common'),
    });
  });
});
