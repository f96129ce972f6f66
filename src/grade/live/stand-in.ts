import { lstat, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { issueCa, issueServerCertificate } from '../../credentials/issue.js';
import { subjectNames } from '../../credentials/subject-names.js';
import { mountsOf } from '../compose/service.js';
import { isMapping } from '../compose/document.js';
import { leadsOut } from '../leads-out.js';
import { makesCertificate } from '../makes-certificate.js';
import type { Project } from '../project.js';
import { nginxConfig } from './gateway.js';

/** A submission that can be started, and what was put into its copy for that. */
export interface Completed {
  submission: Project;
  /** Names of the files; none: there was no need. */
  made: string[];
}

/** Where the exam wants them. */
const EXAM_FOLDER = 'deployments/nginx/certs';

/**
 * A key is better not handed in, and the Makefile that makes it is not run: where one does, a certificate of ours
 * stands in for its. What else its script would leave beside it, for a container to mount, is there and empty.
 */
export async function standInForCertificate(submission: Project): Promise<Completed> {
  const nothing = { submission, made: [] };
  const config = await nginxConfig(submission);
  const [certificate, key] = ['ssl_certificate', 'ssl_certificate_key'].map((name) => valueOf(config, name));
  if (certificate === undefined || key === undefined || !(await makesCertificate(submission))) return nothing;
  const binds = bindsOf(submission);
  const place = (path: string): string => nameOf(posix.resolve('/etc/nginx', path), binds);
  const places = { certificate: place(certificate), key: place(key) };
  if (submission.files.includes(places.key)) return nothing;
  const pair = await issuePair(hostsOf(config));
  const beside = binds
    .map(({ source }) => source)
    .filter((name) => posix.dirname(name) === posix.dirname(places.key) && posix.extname(name) !== '');
  const contents = new Map([
    ...beside.filter((name) => !submission.files.includes(name)).map((name): [string, string] => [name, '']),
    [places.certificate, pair.certificate],
    [places.key, pair.key],
  ]);
  const made: string[] = [];
  for (const [name, content] of contents) if (await write(submission.root, name, content)) made.push(name);
  return { submission: { ...submission, files: [...new Set([...submission.files, ...made])].toSorted() }, made };
}

const valueOf = (config: string, directive: string): string | undefined =>
  new RegExp(String.raw`(?:^|[\s;{])${directive}\s+"?(?<value>[^";\s$]+)"?\s*;`).exec(config)?.groups?.['value'];

interface Bind {
  /** Name in the submission. */
  source: string;
  target: string;
}

const bindsOf = ({ compose }: Project): Bind[] =>
  Object.values(compose.services)
    .filter(isMapping)
    .flatMap(mountsOf)
    .filter(({ type, source }) => type === 'bind' && !source.includes('$') && !posix.isAbsolute(source))
    .map(({ source, target }) => ({ source: posix.normalize(source), target: posix.normalize(target) }))
    .filter(({ source }) => !leadsOut(source));

/** Of a file in the container: by what is mounted there, else where the exam wants it. */
function nameOf(path: string, binds: Bind[]): string {
  for (const { source, target } of binds) {
    const rest = posix.relative(target, path);
    if (!leadsOut(rest)) return posix.join(source, rest);
  }
  return posix.join(EXAM_FOLDER, posix.basename(path));
}

const hostsOf = (config: string): string[] => {
  const named = [...config.matchAll(/\bserver_name\s+(?<names>[^;]+);/g)]
    .flatMap((match) => match.groups?.['names']?.split(/\s+/) ?? [])
    .filter((name) => /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i.test(name));
  return ['localhost', '127.0.0.1', ...named];
};

/** With its CA, so that who trusts the file trusts the certificate. */
async function issuePair(hosts: string[]): Promise<{ certificate: string; key: string }> {
  const [project, type, now] = ['grade', 'ecdsa-p256', new Date()] as const;
  const ca = await issueCa(project, type, now);
  const { certificate, key } = await issueServerCertificate(ca, {
    project,
    type,
    names: subjectNames(hosts),
    days: 90,
    now,
  });
  return { certificate: `${certificate}${ca.certificate}`, key };
}

/**
 * Into our copy and nowhere else. Readable for whoever nginx runs as; the folder above is closed to others.
 * @returns false where something that is no file, or leads elsewhere, is in its way
 */
async function write(root: string, name: string, content: string): Promise<boolean> {
  const path = join(root, name);
  try {
    if (!(await staysInside(root, dirname(path)))) return false;
    await mkdir(dirname(path), { recursive: true });
    if ((await lstat(path).catch(() => null))?.isFile() === false) return false;
    await writeFile(path, content, { mode: 0o644 });
    return true;
  } catch {
    return false;
  }
}

/** By the deepest folder of it that is there. */
async function staysInside(root: string, folder: string): Promise<boolean> {
  const real = await realpath(folder).catch(() => null);
  return real === null ? staysInside(root, dirname(folder)) : !leadsOut(relative(await realpath(root), real));
}
