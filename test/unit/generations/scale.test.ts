import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { parseScale, scaleConfig } from '../../../src/generations/scale.js';

const config = resolveConfig({ apis: { v1: { replicas: 3 }, v2: { debug: true } } }, '/srv/shop');

test('changes the replicas of what is named and nothing else', () => {
  const scaled = scaleConfig(config, parseScale(['api-v1=5']));
  expect(scaled).toEqual({
    ...config,
    apis: config.apis.map((api) => (api.name === 'v1' ? { ...api, replicas: 5 } : api)),
  });
  expect(scaleConfig(config, parseScale(['api-v2=20', 'api-v1=1'])).apis.map(({ replicas }) => replicas)).toEqual([
    1, 20,
  ]);
});

test.each([
  'api-v1',
  'api-v1=',
  'api-v1=0',
  'api-v1=21',
  'api-v1=-1',
  'api-v1=1.5',
  'api-v1=x',
  '=3',
  'api-v1=5=5',
  '',
])('"%s" is refused with what would be right', (text) => {
  expect(() => parseScale([text])).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: `found "${text}"; expected a service and 1 to 20 replicas, e.g. api-v1=5`,
    }) as Error,
  );
});

test('the same service twice is refused', () => {
  expect(() => parseScale(['api-v1=2', 'api-v1=3'])).toThrow('found api-v1 twice');
});

test.each(['gateway', 'api-v3', 'v1'])('%s has no replicas to choose: refused with those that have', (service) => {
  expect(() => scaleConfig(config, parseScale([`${service}=2`]))).toThrow(
    expect.objectContaining({ exitCode: 2, hint: 'there are: api-v1, api-v2' }) as Error,
  );
});
