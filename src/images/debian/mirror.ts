import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parseDeb822, parseOneLine, type AptSource } from './apt-sources.js';

const APT_HELPER = '/usr/lib/apt/apt-helper';
const ARCHIVE_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const PROBE_TIMEOUT = 15_000;

/** Which of the suites of a release are looked for, and the `Label` that Debian's own ones bear. */
const SUITES = [
  { suffix: '', label: 'Debian' },
  { suffix: '-updates', label: 'Debian' },
  { suffix: '-security', label: 'Debian-Security' },
];

/**
 * The lines for a `sources.list` of a Debian release, from the mirrors that this host itself uses.
 * Other vendors call their suites and components the same, so each candidate is asked what it is;
 * whether it tells the truth is checked by apt, by the signature.
 * @param release codename: `trixie`
 * @returns none when the host uses no Debian mirror (Ubuntu): mmdebstrap's default is then right
 */
export async function hostMirrorLines(release: string, aptFolder = '/etc/apt'): Promise<string[]> {
  const uris = await hostArchives(aptFolder);
  const found = await Promise.all(SUITES.map(({ suffix, label }) => findMirror(uris, `${release}${suffix}`, label)));
  if (found[0] === undefined) return [];
  return found.flatMap((uri, index) =>
    uri === undefined ? [] : [`deb [signed-by=${ARCHIVE_KEYRING}] ${uri} ${release}${SUITES[index]?.suffix} main`],
  );
}

/** The archives with a component `main` that this host's apt uses and that can be asked, each once. */
export async function hostArchives(aptFolder: string): Promise<string[]> {
  const sources = await readSources(aptFolder);
  const usable = sources.filter(({ uri, components }) => components.includes('main') && /^(https?|file):/.test(uri));
  return [...new Set(usable.map(({ uri }) => uri))];
}

async function readSources(aptFolder: string): Promise<AptSource[]> {
  const parts = join(aptFolder, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).toSorted();
  const files = [join(aptFolder, 'sources.list'), ...names.map((name) => join(parts, name))];
  const sources = (await Promise.all(files.map(readSourceFile))).flat();
  return (await Promise.all(sources.map(expandMirrorList))).flat();
}

async function readSourceFile(file: string): Promise<AptSource[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (file.endsWith('.list')) return parseOneLine(text);
  return file.endsWith('.sources') ? parseDeb822(text) : [];
}

/** Cloud images name a file with a list of mirrors instead of a mirror. */
async function expandMirrorList(source: AptSource): Promise<AptSource[]> {
  const file = /^mirror\+file:(?:\/\/)?(?<path>\/.*)$/.exec(source.uri)?.groups?.['path'];
  if (file === undefined) return [source];
  const text = await readFile(file, 'utf8').catch(() => '');
  return [...text.matchAll(/^\s*([a-z]+:\S+)/gm)].map(([, uri = '']) => ({ ...source, uri: uri.replace(/\/+$/, '') }));
}

async function findMirror(uris: string[], suite: string, label: string): Promise<string | undefined> {
  const answers = await Promise.all(uris.map((uri) => readRelease(uri, suite)));
  return uris.find((_uri, index) => isDebian(answers[index] ?? '', suite, label));
}

/** Whether a signed release file says that it is the wanted suite, of Debian itself. Pure. */
export const isDebian = (release: string, suite: string, label: string): boolean =>
  /^Origin: Debian$/m.test(release) &&
  new RegExp(`^Label: ${label}$`, 'm').test(release) &&
  new RegExp(`^Codename: ${suite}$`, 'm').test(release);

/** Downloaded by apt's own helper, which knows the host's proxies and certificates. */
async function readRelease(uri: string, suite: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fortress-apt-'));
  try {
    const file = join(folder, 'InRelease');
    const options = ['-o', 'Acquire::Retries=0', '-o', 'APT::Sandbox::User=root'];
    await execa(APT_HELPER, [...options, 'download-file', `${uri}/dists/${suite}/InRelease`, file], {
      timeout: PROBE_TIMEOUT,
    });
    return await readFile(file, 'utf8');
  } catch {
    return '';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
