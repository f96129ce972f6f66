import { expect, it } from 'vitest';
import { maskSecrets } from '../../../src/credentials/mask-secrets.js';
import { makeConfig } from './fixture.js';

it('hides every password of the configuration and nothing else', () => {
  const config = makeConfig({
    gateway: { users: [{ name: 'ana', password: 'hunter2' }, 'bob'] },
    monitoring: { grafana: { password: 'hunter3' } },
  });
  const masked = maskSecrets(config);
  expect(JSON.stringify(masked)).not.toMatch(/hunter/);
  expect(masked.gateway.users).toEqual([
    { name: 'ana', password: '********' },
    { name: 'bob', password: null },
  ]);
  expect(masked.apis).toEqual(config.apis);
  expect(JSON.stringify(config)).toMatch(/hunter2.*hunter3/);
});

it('leaves a configuration without monitoring as it is', () => {
  expect(maskSecrets(makeConfig({ monitoring: false })).monitoring).toBeNull();
});
