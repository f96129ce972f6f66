import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { assertReachable } from '../../../src/verify/preflight.js';
import { listen } from './support/listen.js';

const advice = { hint: 'start it' };

describe('assertReachable', () => {
  it('is content with one of the two ports', async () => {
    const { port, close } = await listen(createServer());
    await expect(
      assertReachable({ https: 'https://localhost:1', http: `http://localhost:${port}`, connectTo: null }, advice),
    ).resolves.toBeUndefined();
    await close();
  });

  it('says once that nobody listens, and why', async () => {
    await expect(
      assertReachable({ https: 'https://localhost:1', http: 'http://localhost:1', connectTo: '127.0.0.1' }, advice),
    ).rejects.toMatchObject({
      exitCode: 3,
      message: 'Nothing answers at https://localhost:1',
      why: expect.stringContaining('ECONNREFUSED'),
      hint: advice.hint,
    });
  });

  it('names a host that does not resolve', async () => {
    await expect(
      assertReachable(
        { https: 'https://no-such-host.invalid', http: 'http://no-such-host.invalid', connectTo: null },
        advice,
      ),
    ).rejects.toMatchObject({
      exitCode: 3,
      why: expect.stringMatching(/no-such-host\.invalid/),
    });
  });
});
