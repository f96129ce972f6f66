import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckResult } from '../../verify/check.js';
import { advice, conclude, expectation, inconclusive, skipped } from '../../verify/conclude.js';
import { isFolder } from '../files.js';
import { runTool, type ToolResult } from '../live/run-tool.js';
import type { Deliverable } from './deliverable.js';
import { EXAM_CERTS, PRIVATE_KEY } from './private-keys.js';

/** Milliseconds for all of it: what a hostile repository can take of this machine. */
const TIMEOUT = 60_000;
/** More candidates would be a repository of keys. */
const MOST_CANDIDATES = 200;
/** Bytes of the list of all objects: some 800,000. */
const LONGEST_LISTING = 64 * 1024 ** 2;
const SUSPICIOUS = /\.(?:key|pem|p8|env)$|(?:^|\/)(?:id_[a-z0-9]+|\.env|[^/]*private[^/]*)$/i;

export const keyHistory: Deliverable = {
  id: 'secrets.history',
  title: 'No private key is in the history of git',
  severity: 'major',
  examine: async ({ top, root }, signal) => {
    const repository = (await Promise.all([root, top].map((folder) => isFolder(join(folder, '.git')))))
      .map((there, index) => (there ? join([root, top][index] ?? '', '.git') : null))
      .find((folder) => folder !== null);
    if (repository === undefined) return null;
    return resultOf(await searchKeys(repository, signal));
  },
};

/** What a search of the history came to. */
interface Search {
  /** Paths that held a private key in some commit. */
  keys: string[];
  /** Files of the history that are called like keys, and how many of them were looked at. */
  candidates: number;
  seen: number;
}

function resultOf(search: Search | { unknown: string }): CheckResult {
  if ('unknown' in search) return skipped(search.unknown);
  const { keys, candidates, seen } = search;
  if (keys.length === 0 && seen < candidates)
    return inconclusive(`no private key in ${seen} of ${candidates} suspicious files; the others were not looked at`);
  return conclude({
    summary: keys.length === 0 ? `none in ${candidates} files that are called like keys` : keys.join(', '),
    expectations:
      keys.length === 0
        ? [expectation(true, 'no private key in any commit', 'none')]
        : keys.map((name) =>
            (EXAM_CERTS.test(name) ? advice : expectation)(false, 'no private key in any commit', name),
          ),
    exchanges: [],
    hint: 'A key that was once committed is public: make a new one, and remove the old one from the history.',
  });
}

type Git = (parameters: string[], options?: { longest?: number }) => Promise<ToolResult>;

/** Reads with a configuration of our own: that of the repository may name programs that git would run. */
async function searchKeys(repository: string, signal: AbortSignal): Promise<Search | { unknown: string }> {
  const copy = await mkdtemp(`${repository}-read-`);
  const enough = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
  const git: Git = (parameters, options) =>
    runTool(['git', ...parameters], { cwd: copy, signal: enough, env: { ...SEALED, GIT_DIR: copy }, ...options });
  try {
    const made = await git(['init', '--quiet', '--bare', copy]);
    if (!made.ok) return { unknown: reasonOf(made) };
    for (const part of ['objects', 'refs', 'packed-refs', 'HEAD'])
      await cp(join(repository, part), join(copy, part), { recursive: true, force: true }).catch(() => {});
    await rm(join(copy, 'objects/info'), { recursive: true, force: true });
    const listing = await git(['rev-list', '--objects', '--all'], { longest: LONGEST_LISTING });
    return listing.ok ? await withKeys(listing.stdout, git, enough) : { unknown: reasonOf(listing) };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

const REASONS = {
  'not installed': 'git is not installed here',
  'too long': `the history has more than ${LONGEST_LISTING / 1024 ** 2} MiB of names`,
  'too late': `the history could not be read within ${TIMEOUT / 1000} s`,
};

const reasonOf = ({ problem, output }: ToolResult): string =>
  problem === undefined ? `git cannot read the repository: ${output.trim().split('\n', 1)[0]}` : REASONS[problem];

async function withKeys(listing: string, git: Git, enough: AbortSignal): Promise<Search> {
  const candidates = listing.split('\n').flatMap((line) => {
    const { id, path } = /^(?<id>[0-9a-f]{40,64}) (?<path>.+)$/.exec(line)?.groups ?? {};
    return id !== undefined && path !== undefined && SUSPICIOUS.test(path) ? [{ id, path }] : [];
  });
  const keys = new Set<string>();
  let seen = 0;
  for (const { id, path } of candidates.slice(0, MOST_CANDIDATES)) {
    const { stdout } = await git(['cat-file', 'blob', id]);
    if (enough.aborted) break;
    if (PRIVATE_KEY.test(stdout)) keys.add(path);
    seen += 1;
  }
  return { keys: [...keys].toSorted(), candidates: candidates.length, seen };
}

const SEALED = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
};
