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

describe('what programs read differently', () => {
  it.each([
    ['a tag that decodes', 'services: { a: { env_file: !!binary L3Jvb3QvLmVudg== } }', /tag !!binary/],
    ['a tag of compose', 'services: { a: { privileged: !reset false } }', /tag !reset/],
    ['a tag of a list', 'services: { a: { volumes: !override ["./a:/b"] } }', /tag !override/],
    ['a tag of a key', 'services: { a: { !!str image: x } }', /tag !!str/],
    ['a tag of everything', '!!map { services: { a: { image: x } } }', /tag !!map/],
  ])('%s', (_what, text, message) => {
    expect(problem(text)).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) as string });
  });

  it.each([
    ['a line that only YAML 1.1 ends', '# x\u2028services: { a: { privileged: true } }', 'U+2028'],
    ['another one', '# x\u0085y', 'U+0085'],
    ['a lone carriage return', '# x\rservices: { a: { privileged: true } }', 'U+000D'],
    ['a byte order mark in the midst', 'a: \uFEFFx', 'U+FEFF'],
    ['what is no UTF-8', '\uFFFD\uFFFD#', 'U+FFFD'],
    ['a zero', 'a: \0', 'U+0000'],
  ])('%s', (_what, text, character) => {
    expect(problem(`${text}\nservices: { a: { image: x } }`)).toMatchObject({
      exitCode: 2,
      why: expect.stringContaining(character) as string,
    });
  });

  it('but not the ends of lines of Windows, with its mark', () => {
    expect(parseCompose('\uFEFFservices:\r\n  a:\r\n    image: x\t# ü 🚀\r\n', 'compose.yaml').services).toEqual({
      a: { image: 'x' },
    });
  });

  it('numbers, which are what compose makes of them', () => {
    const text = 'services: { a: { mode: 0444, cpus: 0.50, octal: 0o17, id: 12345678901234567890, port: 08, n: -1 } }';
    expect(parseCompose(text, 'compose.yaml').services['a']).toEqual({
      mode: 0o444,
      cpus: 0.5,
      octal: 15,
      id: '12345678901234567890',
      port: 8,
      n: -1,
    });
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
