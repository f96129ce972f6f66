import { afterEach, expect, it, vi } from 'vitest';
import { runTool } from '../../../../src/grade/live/run-tool.js';

afterEach(() => vi.unstubAllEnvs());

const print = (expression: string): string[] => [process.execPath, '-p', expression];

it('passes on nothing of the environment but what the engine needs', async () => {
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('DOCKER_HOST', 'unix:///x');
  const command = print('[process.env.AWS_SECRET_ACCESS_KEY, process.env.DOCKER_HOST, process.env.GIVEN].join()');
  const { stdout } = await runTool(command, { env: { GIVEN: 'given' } });
  expect(stdout).toBe(',unix:///x,given');
});

it('never throws', async () => {
  expect(await runTool(['/nowhere/docker'])).toMatchObject({
    ok: false,
    output: expect.stringContaining('ENOENT') as string,
    problem: 'not installed',
  });
  expect(await runTool([process.execPath, '-e', 'console.error("why"); process.exit(3)'])).toEqual({
    ok: false,
    stdout: '',
    output: 'why',
  });
});

it('ends with the signal, and when it takes too long', async () => {
  const forever = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
  expect(await runTool(forever, { signal: AbortSignal.timeout(100) })).toMatchObject({
    ok: false,
    problem: 'too late',
  });
  expect(await runTool(forever, { timeout: 100 })).toMatchObject({
    ok: false,
    output: 'no end within 0.1 s',
    problem: 'too late',
  });
});

it('says when the output was too long', async () => {
  const long = [process.execPath, '-e', 'process.stdout.write("x".repeat(1000))'];
  expect(await runTool(long, { longest: 999 })).toMatchObject({ ok: false, problem: 'too long' });
  expect(await runTool(long, { longest: 1000 })).toMatchObject({ ok: true, stdout: 'x'.repeat(1000) });
});
