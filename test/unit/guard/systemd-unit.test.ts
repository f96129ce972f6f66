import { expect, test } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve.js';
import { systemdUnit } from '../../../src/guard/systemd-unit.js';

const unitOf = (root: string): string =>
  systemdUnit(resolveConfig({ project: 'shop' }, root), {
    node: '/usr/bin/node',
    script: '/opt/fortress/dist/guard/guard.js',
    user: 'ana',
    engine: { url: 'unix:///var/run/docker.sock', origin: 'default socket' },
  });

test('runs the guard of the project as the user, on the same engine', () => {
  const unit = unitOf('/home/ana/shop');
  expect(unit).toContain('User=ana\n');
  expect(unit).toContain(
    String.raw`ExecStart="/usr/bin/node" "/opt/fortress/dist/guard/guard.js" "shop" "/home/ana/shop/.fortress" "{\"url\":\"unix:///var/run/docker.sock\",\"origin\":\"default socket\"}"`,
  );
});

test('what systemd would replace or read is escaped', () => {
  const unit = unitOf('/home/ana/50% $HOME "shop"');
  expect(unit).toContain(String.raw`"/home/ana/50%% $$HOME \"shop\"/.fortress"`);
  expect(unit).toContain('ConditionPathExists=/home/ana/50%% $HOME');
});
