import { describe, expect, it } from 'vitest';
import { pairsOf, parseCompose } from '../../../../src/grade/compose/document.js';

const problem = (text: string): unknown => {
  try {
    return parseCompose(text, 'docker-compose.yml');
  } catch (error) {
    return error;
  }
};

it('resolves anchors and merge keys', () => {
  const { services } = parseCompose(
    `
x-base: &base { restart: always, environment: { A: 1 } }
x-more: &more { user: nobody }
services:
  a: { <<: *base, image: x }
  b: { <<: [*base, *more], restart: "no" }
  c:`,
    'docker-compose.yml',
  );
  expect(services).toEqual({
    a: { restart: 'always', environment: { A: 1 }, image: 'x' },
    b: { restart: 'no', environment: { A: 1 }, user: 'nobody' },
    c: {},
  });
});

describe('what is no compose file', () => {
  it.each([
    ['broken YAML', 'services: [', /line 1/],
    ['several documents, which compose would merge', 'services: { a: {} }\n---\ninclude: [x]', /multiple documents/],
    ['a key twice', 'services: { a: {}, a: {} }', /unique/],
    ['an unknown alias', 'services: { a: *nowhere }', /nowhere/],
  ])('%s', (_what, text, why) => {
    expect(problem(text)).toMatchObject({ exitCode: 2, why: expect.stringMatching(why) as string });
  });

  it('aliases that grow without bound', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(',')}]`);
    const text = `l0: &l0 [x]\n${levels.join('\n')}\nservices: { a: {} }`;
    expect(problem(text)).toMatchObject({ exitCode: 2, why: expect.stringMatching(/alias/i) as string });
  });

  it.each(['', 'a: 1', 'services: []', 'services: {}', '- x'])('without services: %j', (text) => {
    expect(problem(text)).toMatchObject({ exitCode: 2, message: 'docker-compose.yml describes no services' });
  });
});

it('reads pairs from lists and mappings', () => {
  expect(pairsOf(['A=1=2', 'B'])).toEqual({ A: '1=2', B: '' });
  expect(pairsOf({ A: 1, B: null, C: true })).toEqual({ A: '1', B: '', C: 'true' });
});
