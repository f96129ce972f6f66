import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostArchives, isDebian } from '../../../../src/images/debian/mirror.js';

const RELEASE = (label: string, codename: string): string =>
  `Hash: SHA256\n\nOrigin: Debian\nLabel: ${label}\nSuite: stable\nCodename: ${codename}\nDate: today\n`;

let apt: string;
beforeEach(() => {
  apt = mkdtempSync(join(tmpdir(), 'fortress-apt-test-'));
  mkdirSync(join(apt, 'sources.list.d'));
});
afterEach(() => rmSync(apt, { recursive: true }));

it('collects the archives that can be asked, each once', async () => {
  writeFileSync(
    join(apt, 'sources.list'),
    'deb http://a.example/debian bookworm main\ndeb cdrom:[Debian]/ bookworm main\n',
  );
  writeFileSync(join(apt, 'sources.list.d', 'b.list'), 'deb http://b.example/linux bookworm stable\n');
  writeFileSync(
    join(apt, 'sources.list.d', 'c.sources'),
    'Types: deb\nURIs: http://a.example/debian/ http://c.example/debian-security\nSuites: bookworm\nComponents: main\n',
  );
  writeFileSync(join(apt, 'sources.list.d', 'd.list.save'), 'deb http://d.example/debian bookworm main\n');
  expect(await hostArchives(apt)).toEqual(['http://a.example/debian', 'http://c.example/debian-security']);
});

it('follows the mirror lists of cloud images', async () => {
  const list = join(apt, 'mirrors.list');
  writeFileSync(list, '# mirrors\nhttps://a.example/debian/ priority:1\nhttps://b.example/debian\n');
  writeFileSync(
    join(apt, 'sources.list.d', 'debian.sources'),
    `Types: deb\nURIs: mirror+file://${list}\nSuites: trixie\nComponents: main\n`,
  );
  expect(await hostArchives(apt)).toEqual(['https://a.example/debian', 'https://b.example/debian']);
});

it('finds nothing where apt is not at home', async () => {
  expect(await hostArchives(join(apt, 'none'))).toEqual([]);
});

it('tells Debian from others that name their suites alike', () => {
  expect(isDebian(RELEASE('Debian', 'trixie'), 'trixie', 'Debian')).toBe(true);
  expect(isDebian(RELEASE('Debian-Security', 'trixie-security'), 'trixie-security', 'Debian-Security')).toBe(true);
  expect(
    isDebian(RELEASE('Debian', 'trixie').replace('Origin: Debian', 'Origin: Artifactory'), 'trixie', 'Debian'),
  ).toBe(false);
  expect(isDebian(RELEASE('Debian', 'trixie'), 'trixie-updates', 'Debian')).toBe(false);
  expect(isDebian('<html>captive portal</html>', 'trixie', 'Debian')).toBe(false);
  expect(isDebian('', 'trixie', 'Debian')).toBe(false);
});
