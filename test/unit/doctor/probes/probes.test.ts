import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../src/doctor/probes/disk-space.js';
import { imageTools } from '../../../../src/doctor/probes/image-tools.js';
import { isRecentEnough, MINIMUM_NODE } from '../../../../src/doctor/probes/node-version.js';
import { judgeCpus, judgeMemory } from '../../../../src/doctor/probes/resources.js';
import { engineReachable } from '../../../../src/doctor/probes/engine-reachable.js';
import { context, notReady, ready } from '../fixture.js';

const GIB = 1024 ** 3;

describe('Node.js', () => {
  it.each([
    ['20.18.9', false],
    ['20.19.0', true],
    ['20.20.2', true],
    ['22.0.0', true],
    ['18.99.0', false],
  ])('%s is recent enough: %s', (version, expected) => {
    expect(isRecentEnough(version)).toBe(expected);
  });

  it('must be what package.json asks for', () => {
    const manifest = readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8');
    const { engines } = JSON.parse(manifest) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${MINIMUM_NODE.join('.')}.0`);
  });
});

describe('disk space', () => {
  it.each([
    [3 * GIB, 'ok'],
    [2.9 * GIB, 'warn'],
    [0.9 * GIB, 'fail'],
  ])('of %d bytes is %s', (free, status) => {
    expect(judge(free, '/data')).toMatchObject({ status, found: `${(free / GIB).toFixed(1)} GiB free in /data` });
  });
});

describe('memory and processors', () => {
  const { config } = context(ready());

  it('are judged by what the configuration runs', () => {
    expect(judgeMemory(1000 * 1024 ** 2, config).status).toBe('ok');
    expect(judgeMemory(999 * 1024 ** 2, config)).toMatchObject({ status: 'warn', found: '999 MiB' });
    const bigger = context(ready(), { apis: { v1: { replicas: 20 } } }).config;
    expect(judgeMemory(3 * GIB, bigger).status).toBe('warn');
    expect(judgeCpus(1).status).toBe('warn');
    expect(judgeCpus(2).status).toBe('ok');
  });

  it('are not guessed without an engine', () => {
    expect([judgeMemory(null, config).status, judgeCpus(null).status]).toEqual(['skip', 'skip']);
  });
});

describe('the engine', () => {
  it.each(['forbidden', 'hanging', 'unreachable'] as const)('that is %s fails with the way out', async (state) => {
    const [finding] = await engineReachable.run(context(notReady(state)));
    expect(finding).toMatchObject({
      status: 'fail',
      found: 'no Docker Engine answers: connect ENOENT',
      fix: 'start it',
    });
  });
});

describe('image tools', () => {
  it('are not asked for where a registry answers', async () => {
    const [finding] = await imageTools.run(context(ready()));
    expect(finding).toMatchObject({ status: 'ok', found: 'not needed: docker.io answers' });
  });

  it('cannot be told of where a Dockerfile cannot be read', async () => {
    const need = { needed: null, reason: 'apis.v1.build: /a cannot be read', hint: 'name another' };
    const [finding] = await imageTools.run(context(ready({ imageTools: need })));
    expect(finding).toMatchObject({
      status: 'fail',
      found: 'cannot be told: apis.v1.build: /a cannot be read',
      fix: 'name another',
    });
  });

  it('are not judged without an engine, which asks the registry', async () => {
    const [finding] = await imageTools.run(context(notReady('unreachable')));
    expect(finding?.status).toBe('skip');
  });
});
