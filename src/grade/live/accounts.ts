import { readText } from '../files.js';
import type { Project } from '../project.js';

/** What the exam prescribes. */
const EXAM_ACCOUNT = 'admin:admin';
/** More would be guessing. */
const MOST = 5;

/** Places where a submission itself says how to log in. */
const TELLING = /(?:^|\/)(?:readme[^/]*|makefile|[^/]*tests?[^/]*\.(?:sh|py)|run_[^/]*\.sh)$/i;
const CURL_USER = /(?:\s-u|--user)[\s=]+["']?(?<account>[\w.@-]+:[^\s"'\\$]+)/g;

/** Credentials to try, `NAME:PASSWORD`, the likeliest first: the exam's, then those in the submission's own curl lines. */
export async function accountsOf({ root, files }: Project): Promise<string[]> {
  const texts = await Promise.all(files.filter((file) => TELLING.test(file)).map((file) => readText(root, file)));
  const found = texts.flatMap((text) =>
    [...(text ?? '').matchAll(CURL_USER)].map((match) => match.groups?.['account'] ?? ''),
  );
  return [...new Set([EXAM_ACCOUNT, ...found.filter((account) => account !== '')])].slice(0, MOST);
}
