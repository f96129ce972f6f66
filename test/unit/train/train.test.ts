import { describe, expect, test } from 'vitest';
import { trainModel } from '../../../src/train/train.js';
import { sampleCsv, temporaryFile, toCsv, trainSample } from './sample-data.js';

const OPTIONS = { columns: { text: 'content', label: 'sentiment' }, testShare: 0.2, seed: 1 };

describe('trainModel', () => {
  test('learns what the words tell, and measures it on rows it has not seen', async () => {
    const { labels, data, metrics, golden } = (await trainSample()).metadata;
    expect(labels).toEqual(['calm', 'glad', 'sad']);
    expect(data.trainRows + data.testRows).toBe(400);
    expect(metrics.model.rows).toBe(data.testRows);
    expect(metrics.model.accuracy).toBeGreaterThan(0.95);
    expect(metrics.majority.accuracy).toBeLessThan(0.5);
    for (const { probabilities } of golden) {
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 4);
    }
  });

  test('gives the same bytes for the same seed, others for another', async () => {
    const [first, again, other] = await Promise.all([trainSample(200, 1), trainSample(200, 1), trainSample(200, 2)]);
    expect(again).toEqual(first);
    expect(other.metadata.model.sha256).not.toBe(first.metadata.model.sha256);
  });

  test('keeps no text and no user name of the data', async () => {
    const csv = `${sampleCsv(200)}${'"@zebulon_x is quoted often","sad"\n'.repeat(30)}`;
    const { onnx, metadata } = await trainModel({ ...OPTIONS, data: await temporaryFile('a.csv', csv) });
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
    const { metrics } = (await trainModel({ ...OPTIONS, data })).metadata;
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
    await expect(trainModel({ ...OPTIONS, data })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('too few rows'),
    });
  });

  test('refuses texts that have nothing in common', async () => {
    const rows = Array.from('abcdefghijklmnop', (letter, row) => [letter, row % 2 === 0 ? 'a' : 'b']);
    const data = await temporaryFile('a.csv', toCsv([['content', 'sentiment'], ...rows]));
    await expect(trainModel({ ...OPTIONS, data })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('no words in common'),
    });
  });
});
