import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { advice, conclude, expectation, skipped } from '../../verify/conclude.js';
import { isFolder } from '../files.js';
import { runTool } from '../live/run-tool.js';
import type { Deliverable } from './deliverable.js';
import { EXAM_CERTS, PRIVATE_KEY } from './private-keys.js';

const TIMEOUT = 30_000;
/** More candidates would be a repository of keys. */
const MOST_CANDIDATES = 200;
const SUSPICIOUS = /\.(?:key|pem|p8|env)$|(?:^|\/)(?:id_[a-z0-9]+|\.env|[^/]*private[^/]*)$/i;

export const keyHistory: Deliverable = {
  id: 'secrets.history',
  title: 'No private key is in the history of git',
  severity: 'major',
  examine: async ({ top, root }) => {
    const repository = (await Promise.all([root, top].map((folder) => isFolder(join(folder, '.git')))))
      .map((there, index) => (there ? join([root, top][index] ?? '', '.git') : null))
      .find((folder) => folder !== null);
    if (repository === undefined) return null;
    const keys = await keysIn(repository);
    if (keys === null) return skipped('git is not installed here, or cannot read the repository');
    return conclude({
      summary: keys.length === 0 ? 'none' : keys.join(', '),
      expectations:
        keys.length === 0
          ? [expectation(true, 'no private key in any commit', 'none')]
          : keys.map((name) =>
              (EXAM_CERTS.test(name) ? advice : expectation)(false, 'no private key in any commit', name),
            ),
      exchanges: [],
      hint: 'A key that was once committed is public: make a new one, and remove the old one from the history.',
    });
  },
};

/**
 * Reads with a configuration of our own: that of the repository may name programs that git would run.
 * @returns paths that held a private key in some commit; null when git can't tell
 */
async function keysIn(repository: string): Promise<string[] | null> {
  const copy = await mkdtemp(`${repository}-read-`);
  try {
    const git = (...parameters: string[]) =>
      runTool(['git', ...parameters], { cwd: copy, timeout: TIMEOUT, env: { ...SEALED, GIT_DIR: copy } });
    if (!(await git('init', '--quiet', '--bare', copy)).ok) return null;
    for (const part of ['objects', 'refs', 'packed-refs', 'HEAD'])
      await cp(join(repository, part), join(copy, part), { recursive: true, force: true }).catch(() => {});
    await rm(join(copy, 'objects/info'), { recursive: true, force: true });
    const listing = await git('rev-list', '--objects', '--all');
    return listing.ok ? await withKeys(listing.stdout, git) : null;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function withKeys(
  listing: string,
  git: (...parameters: string[]) => Promise<{ ok: boolean; stdout: string }>,
): Promise<string[]> {
  const candidates = listing.split('\n').flatMap((line) => {
    const { id, path } = /^(?<id>[0-9a-f]{40,64}) (?<path>.+)$/.exec(line)?.groups ?? {};
    return id !== undefined && path !== undefined && SUSPICIOUS.test(path) ? [{ id, path }] : [];
  });
  const keys = new Set<string>();
  for (const { id, path } of candidates.slice(0, MOST_CANDIDATES)) {
    const { ok, stdout } = await git('cat-file', 'blob', id);
    if (ok && PRIVATE_KEY.test(stdout)) keys.add(path);
  }
  return [...keys].toSorted();
}

const SEALED = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
};
