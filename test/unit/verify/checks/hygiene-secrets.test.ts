import { describe, expect, it } from 'vitest';
import { hygieneSecrets } from '../../../../src/verify/checks/hygiene-secrets.js';
import type { EngineProbe, Shown } from '../../../../src/verify/engine-probe.js';
import type { CheckResult } from '../../../../src/verify/check.js';
import type { Target } from '../../../../src/verify/target.js';
import { makeContainer, makeEngine } from '../support/containers.js';
import { makeSpec } from '../support/spec.js';

const PASSWORD = 'xyzzy-plugh';
const deployment = { containers: [makeContainer('api'), makeContainer('old', { running: false })] };
const secrets = [{ name: 'the password of ana', text: PASSWORD }];

const NOTHING: Shown = { environment: ['PATH=/bin'], container: '{}', image: '{}' };
const ask = (engine: EngineProbe | null): Promise<CheckResult> =>
  hygieneSecrets.run({ spec: makeSpec({ deployment, secrets }), engine } as Target);
const showing = (shown: Partial<Shown>): Promise<CheckResult> =>
  ask(makeEngine({ shown: async () => ({ ...NOTHING, ...shown }) }));
const foundBy = ({ expectations: [first] }: CheckResult): string | undefined => first?.found;

// All at once: each waits until logs are written.
describe.concurrent('hygiene.secrets', () => {
  it('passes where none is shown', async () => {
    const result = await showing({ environment: ['GF_SECURITY_ADMIN_PASSWORD__FILE=/run/password', 'TOKEN='] });
    expect(result).toMatchObject({ verdict: 'pass', summary: '1 containers, no secret' });
    expect(result.facts?.['looked for']).toContain('the password of ana');
  });

  it.each<[string, Partial<Shown>, string]>([
    [
      'a label',
      { container: `{"Labels":{"note":"${PASSWORD}"}}` },
      'the password of ana in what `docker inspect` shows',
    ],
    ['the image', { image: `RUN login ${PASSWORD}` }, 'the password of ana in its image'],
    ['a variable', { environment: ['DB_PASSWORD=x'] }, 'the value of DB_PASSWORD in its environment'],
    ['a command', { container: '-----BEGIN EC PRIVATE KEY-----' }, 'a private key in what `docker inspect` shows'],
    [
      'a hash',
      { container: `$apr1$abcdefgh$${'a'.repeat(22)}` },
      'the hash of a password in what `docker inspect` shows',
    ],
  ])('finds %s, and does not repeat it', async (_, shown, found) => {
    const result = await showing(shown);
    expect(result.verdict).toBe('fail');
    expect(foundBy(result)).toBe(`api: ${found}`);
    expect(JSON.stringify(result)).not.toContain(PASSWORD);
  });

  it('waits for a log that is held back for a second', async () => {
    const begun = performance.now();
    const late = makeEngine({
      shown: async () => NOTHING,
      logsSince: async () => (performance.now() - begun < 1000 ? '' : `login ${PASSWORD}`),
    });
    expect((await ask(late)).verdict).toBe('fail');
  });

  it('reads the log', async () => {
    const result = await ask(makeEngine({ logsSince: async () => `login ${PASSWORD}` }));
    expect(foundBy(result)).toBe('api: the password of ana in its log');
  });

  it('says nothing without an engine', async () => {
    expect((await ask(null)).verdict).toBe('inconclusive');
  });
});
