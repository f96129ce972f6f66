import { describe, expect, test } from 'vitest';
import { predictByCourseRecipe } from '../../../../src/train/course/course-recipe.js';
import { fitTfidf, transformTfidf } from '../../../../src/train/course/tfidf.js';
import { evaluate } from '../../../../src/train/evaluate.js';

// Expected numbers are those of scikit-learn 1.9.1: TfidfVectorizer(max_features=…) and
// LogisticRegression(tol=1e-10, max_iter=10000), metrics of sklearn.metrics.
const TRAIN = [
  ['The sun is out and the sun is warm', 'glad'],
  ['What a lovely, lovely day!', 'glad'],
  ['I am so happy about the day', 'glad'],
  ['It rains again, it rains all day', 'sad'],
  ['I lost my keys and my mind', 'sad'],
  ['so sad about the rain', 'sad'],
  ['lost in the cold rain', 'sad'],
  ['the bus leaves at 10', 'calm'],
  ['a bus, a table and a keyboard_2', 'calm'],
  ['Ein Tisch, ein Stuhl: grün und blau', 'calm'],
  ['x y z', 'calm'],
];
const TEST = [
  ['sun and a lovely day', 'glad'],
  ['the cold rain again', 'sad'],
  ['bus at the table', 'calm'],
  ['lost day', 'sad'],
  ['completely unknown', 'calm'],
  ['GRÜN rain', 'glad'],
];
const LABELS = ['calm', 'glad', 'sad'];

const textsOf = (rows: string[][]): string[] => rows.map(([text = '']) => text);
const classesOf = (rows: string[][], labels: string[]): Int32Array =>
  Int32Array.from(rows, ([, label = '']) => labels.indexOf(label));
const among = (labels: string[], rows: string[][]): string[][] =>
  rows.filter(([, label = '']) => labels.includes(label));

async function predict(labels: string[]): Promise<{ rows: number[][]; targets: Int32Array }> {
  const [train, held] = [among(labels, TRAIN), among(labels, TEST)];
  const data = { texts: textsOf(train), classes: classesOf(train, labels) };
  const rows = await predictByCourseRecipe(data, textsOf(held), labels.length);
  return { rows: rows.map((row) => [...row]), targets: classesOf(held, labels) };
}

describe('the course’s recipe gives what scikit-learn gives', () => {
  test('words: two letters and more, lower case, of any script', () => {
    expect([...fitTfidf(textsOf(TRAIN), 1000).vocabulary.keys()].join(' ')).toBe(
      '10 about again all am and at blau bus cold day ein grün happy in is it keyboard_2 keys leaves lost lovely mind my out rain rains sad so stuhl sun table the tisch und warm what',
    );
  });

  test('max_features keeps the words that occur most, not those in most texts', () => {
    expect([...fitTfidf(textsOf(TRAIN), 2).vocabulary.keys()]).toEqual(['and', 'the']);
    expect([...fitTfidf(['aa aa aa', 'bb', 'bb'], 1).vocabulary.keys()]).toEqual(['aa']);
  });

  test('equally frequent words come in by the alphabet', () => {
    expect([...fitTfidf(['dd cc bb aa'], 2).vocabulary.keys()]).toEqual(['aa', 'bb']);
  });

  test('tf-idf', () => {
    const tfidf = fitTfidf(textsOf(TRAIN), 1000);
    const { indices, values } = transformTfidf(tfidf, ['sun and a lovely day']);
    const found = new Map([...indices].map((feature, term) => [feature, values[term]]));
    expect(found.get(5)).toBeCloseTo(0.424885, 6);
    expect(found.get(10)).toBeCloseTo(0.424885, 6);
    expect(found.get(21)).toBeCloseTo(0.565219, 6);
    expect(found.get(30)).toBeCloseTo(0.565219, 6);
    expect(found.size).toBe(4);
  });

  test('three labels', async () => {
    const { rows, targets } = await predict(LABELS);
    const expected = [
      [0.28797, 0.45181, 0.26022],
      [0.284403, 0.21416, 0.501437],
      [0.543, 0.206154, 0.250846],
      [0.294857, 0.28542, 0.419723],
      [0.402679, 0.255975, 0.341346],
      [0.379405, 0.209493, 0.411102],
    ];
    for (const [row, values] of expected.entries()) {
      for (const [label, value] of values.entries()) expect(rows[row]?.[label]).toBeCloseTo(value, 4);
    }
    const { accuracy, macroF1, logLoss } = evaluate(rows, targets, LABELS);
    expect(accuracy).toBeCloseTo(0.833333, 6);
    expect(macroF1).toBeCloseTo(0.822222, 6);
    expect(logLoss).toBeCloseTo(0.906043, 4);
  });

  test('two labels, which scikit-learn penalises as one weight vector', async () => {
    const { rows, targets } = await predict(['glad', 'sad']);
    for (const [row, value] of [0.540543, 0.35906, 0.415936, 0.351959].entries()) {
      expect(rows[row]?.[0]).toBeCloseTo(value, 4);
    }
    const { accuracy, macroF1, logLoss } = evaluate(rows, targets, ['glad', 'sad']);
    expect(accuracy).toBe(0.75);
    expect(macroF1).toBeCloseTo(0.733333, 6);
    expect(logLoss).toBeCloseTo(0.660496, 4);
  });
});

test('texts without any word get the shares of the labels', async () => {
  const [row] = await predictByCourseRecipe({ texts: ['a', 'b', 'c'], classes: Int32Array.of(0, 0, 1) }, ['d'], 2);
  expect(row?.[0]).toBeCloseTo(2 / 3, 4);
});
