import { describe, expect, it } from 'vitest';
import { parseDeb822, parseOneLine } from '../../../../src/images/debian/apt-sources.js';

describe('parseOneLine', () => {
  it('reads entries with and without options, and nothing else', () => {
    const text = [
      '# deb http://old.example/debian bookworm main',
      'deb http://mirror.example/debian/ bookworm main contrib # ours',
      'deb-src http://mirror.example/debian bookworm main',
      '  deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://other.example/linux bookworm stable',
      '',
    ].join('\n');
    expect(parseOneLine(text)).toEqual([
      { uri: 'http://mirror.example/debian', suite: 'bookworm', components: ['main', 'contrib'] },
      { uri: 'https://other.example/linux', suite: 'bookworm', components: ['stable'] },
    ]);
  });
});

describe('parseDeb822', () => {
  it('reads stanzas with several suites, comments and continued lines', () => {
    const text = `Types: deb deb-src
# http://comment.example/debian
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib

types: deb
uris: http://mirror.example/debian-security/
suites: bookworm-security
components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;
    expect(parseDeb822(text)).toEqual([
      { uri: 'http://mirror.example/debian', suite: 'bookworm', components: ['main', 'contrib'] },
      { uri: 'http://mirror.example/debian', suite: 'bookworm-updates', components: ['main', 'contrib'] },
      { uri: 'http://mirror.example/debian-security', suite: 'bookworm-security', components: ['main'] },
    ]);
  });

  it('leaves out what is disabled or holds sources only', () => {
    const stanza = 'URIs: http://mirror.example/debian\nSuites: trixie\nComponents: main\n';
    expect(parseDeb822(`Types: deb\nEnabled: no\n${stanza}`)).toEqual([]);
    expect(parseDeb822(`Types: deb-src\n${stanza}`)).toEqual([]);
  });
});
