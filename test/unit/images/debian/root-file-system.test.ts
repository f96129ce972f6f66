import { describe, expect, it } from 'vitest';
import { mmdebstrapArguments, networkOptions } from '../../../../src/images/debian/root-file-system.js';

const RECIPE = { packages: ['base-files', 'nginx'], hooks: ['first', 'second'], changes: [] };
const LINE = 'deb [signed-by=/k.gpg] http://mirror.example/debian trixie main';

describe('mmdebstrapArguments', () => {
  const args = mmdebstrapArguments(RECIPE, 'arm64', '/tmp/root.tar', [LINE], ['Acquire::Languages "none"']);

  it('unpacks the packages of the architecture and runs the scripts in order', () => {
    expect(args).toContain('--include=base-files,nginx');
    expect(args).toContain('--architectures=arm64');
    expect(args.filter((arg) => arg.startsWith('--extract-hook'))).toEqual([
      '--extract-hook=first',
      '--extract-hook=second',
    ]);
  });

  it('ends with release, target and mirrors', () => {
    expect(args.slice(-3)).toEqual(['trixie', '/tmp/root.tar', LINE]);
  });

  it('mounts nothing of the host, which a killed run would leave behind', () => {
    expect(
      args
        .find((arg) => arg.startsWith('--skip='))
        ?.slice('--skip='.length)
        .split(','),
    ).toContain('chroot/mount');
  });

  it('never weakens the check of signatures', () => {
    expect(args.join(' ')).not.toMatch(/unauthenticated|trusted=yes|insecure|check-valid-until/i);
  });
});

it('hands over proxies and CAs of the host, and nothing else', () => {
  const dump = [
    'Acquire "";',
    'Acquire::http "";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::https::packages.example::Proxy "DIRECT";',
    'Acquire::https::CAInfo "/etc/ssl/own.pem";',
    'Acquire::https::Verify-Peer "false";',
    'Acquire::http::Proxy-Auto-Detect "";',
    'Acquire::Languages:: "de";',
  ].join('\n');
  expect(networkOptions(dump)).toEqual([
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::https::packages.example::Proxy "DIRECT";',
    'Acquire::https::CAInfo "/etc/ssl/own.pem";',
  ]);
});
