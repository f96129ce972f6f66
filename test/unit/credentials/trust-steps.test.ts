import { expect, test } from 'vitest';
import { trustSteps, type TrustSystem } from '../../../src/credentials/trust-steps.js';

const stepsOn = (system: TrustSystem, file = '.fortress/secrets/ca.crt') =>
  trustSteps({ file, project: 'shop', system });
const text = (system: TrustSystem, file?: string): string =>
  stepsOn(system, file)
    .flatMap(({ lines }) => lines)
    .join('\n');

test.each<[TrustSystem, string]>([
  ['debian', '/usr/local/share/ca-certificates/fortress-shop.crt\nsudo update-ca-certificates'],
  ['fedora', '/etc/pki/ca-trust/source/anchors/fortress-shop.crt\nsudo update-ca-trust'],
  ['macos', 'security add-trusted-cert -d -r trustRoot'],
  ['windows', 'certutil -addstore -f Root ".fortress/secrets/ca.crt"'],
])('on %s the own store comes first, and only that one', (system, lines) => {
  const [first] = stepsOn(system);
  expect(first?.machine).toBe(true);
  expect(first?.lines.join('\n')).toContain(lines);
  expect(stepsOn(system).filter(({ machine }) => machine)).toHaveLength(1);
});

test('on an unknown system all of them are shown', () => {
  expect(stepsOn('other').filter(({ machine }) => machine)).toHaveLength(4);
});

test('programs with a store of their own are named on every system', () => {
  for (const system of ['debian', 'fedora', 'macos', 'windows', 'other'] as const) {
    const subjects = stepsOn(system).map(({ subject }) => subject.split(' ')[0]);
    expect(subjects).toEqual(expect.arrayContaining(['curl,', 'Node.js', 'Python', 'Firefox', 'Java']));
  }
});

test('what is set for later holds a whole path, and any path can be pasted', () => {
  expect(text('debian')).toContain('NODE_EXTRA_CA_CERTS="$PWD"/.fortress/secrets/ca.crt');
  expect(text('debian', '/srv/ca.crt')).toContain('NODE_EXTRA_CA_CERTS=/srv/ca.crt');
  expect(text('debian', "my cert's/ca.crt")).toContain(String.raw`install -m 644 'my cert'\''s/ca.crt' /usr`);
});
