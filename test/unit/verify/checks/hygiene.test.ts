import { describe, expect, it } from 'vitest';
import type { Check } from '../../../../src/verify/check.js';
import { hygieneHealth } from '../../../../src/verify/checks/hygiene-health.js';
import { hygieneImages } from '../../../../src/verify/checks/hygiene-images.js';
import { hygieneRestart } from '../../../../src/verify/checks/hygiene-restart.js';
import { hygieneUsers } from '../../../../src/verify/checks/hygiene-users.js';
import type { DeployedContainer } from '../../../../src/verify/deployment.js';
import type { Target } from '../../../../src/verify/target.js';
import { makeContainer } from '../support/containers.js';

/** What the check finds wrong with a container; '' when nothing. */
async function found(check: Check, more: Partial<DeployedContainer>): Promise<string> {
  const deployment = { containers: [makeContainer('api', more)] };
  const { verdict, expectations } = await check.run({ spec: { deployment } } as Target);
  const [first] = expectations;
  if (verdict === 'skip') return 'skip';
  expect(verdict).toBe(first?.ok ? 'pass' : 'warn');
  return first?.ok ? '' : (first?.found ?? '');
}

describe('hygiene.users', () => {
  it.each(['10001', '101:101', 'nobody', 'app:root', 'rootless'])('%s may', async (user) => {
    expect(await found(hygieneUsers, { user })).toBe('');
  });
  it.each(['', '0', 'root', '0:0', 'root:app'])('%j is root', async (user) => {
    expect(await found(hygieneUsers, { user })).toBe(`api runs as ${user || 'root'}`);
  });
});

describe('hygiene.health', () => {
  it('wants a check that is not unhealthy', async () => {
    expect(await found(hygieneHealth, {})).toBe('');
    expect(await found(hygieneHealth, { health: 'starting' })).toBe('');
    expect(await found(hygieneHealth, { health: 'unhealthy' })).toBe('api is unhealthy');
    expect(await found(hygieneHealth, { health: null })).toBe('api has no health check');
  });

  it('does not ask the monitoring, whose images cannot', async () => {
    expect(await found(hygieneHealth, { health: null, image: 'prom/prometheus:v3' })).toBe('skip');
  });
});

describe('hygiene.images', () => {
  const DIGEST = `sha256:${'a'.repeat(64)}`;
  it.each(['nginx:1.26', `nginx@${DIGEST}`, DIGEST, 'registry:5000/nginx:1.26', `nginx:latest@${DIGEST}`])(
    '%s is pinned',
    async (image) => {
      expect(await found(hygieneImages, { image })).toBe('');
    },
  );
  it.each(['nginx', 'registry:5000/nginx'])('%s means latest', async (image) => {
    expect(await found(hygieneImages, { image })).toBe(`api is of ${image}, which means latest`);
    expect(await found(hygieneImages, { image, builtHere: true })).toBe('');
  });
  it('latest is not pinned, whoever built it', async () => {
    expect(await found(hygieneImages, { image: 'nginx:latest', builtHere: true })).toBe('api is of nginx:latest');
  });
});

describe('hygiene.restart', () => {
  it('wants a policy', async () => {
    expect(await found(hygieneRestart, { restartPolicy: 'always' })).toBe('');
    expect(await found(hygieneRestart, { restartPolicy: 'no' })).toBe('api has none');
  });
});
