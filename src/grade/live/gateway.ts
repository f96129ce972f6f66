import { basename, join } from 'node:path';
import { readCa } from '../../verify/read-ca.js';
import type { ComposeDocument } from '../compose/document.js';
import { portsOf } from '../compose/service.js';
import { readText } from '../files.js';
import type { Project } from '../project.js';

/** Where a submission is to be asked, as far as its files say. */
export interface Gateway {
  /** `https://localhost[:port]`. */
  url: string;
  /** Relative to the project; null: there is no certificate among the files. */
  caFile: string | null;
}

/** @returns null when no port is published that could speak TLS */
export async function findGateway(project: Project, resolved: ComposeDocument): Promise<Gateway | null> {
  const config = await nginxConfig(project);
  const tlsPorts = new Set([443, ...tlsPortsOf(config)]);
  const published = Object.values(resolved.services)
    .flatMap(portsOf)
    .filter(({ target, published: port }) => port !== null && tlsPorts.has(target))
    .toSorted((a, b) => Number(b.published === 443) - Number(a.published === 443));
  const port = published[0]?.published;
  if (port === undefined) return null;
  return { url: `https://localhost${port === 443 ? '' : `:${port}`}`, caFile: await findCa(project, config) };
}

/** Every nginx configuration of the submission, one after the other. */
async function nginxConfig({ root, files }: Project): Promise<string> {
  const candidates = files.filter((file) => /\.conf(?:\.template)?$/.test(file));
  const texts = await Promise.all(candidates.map((file) => readText(root, file)));
  return texts.map((text) => (text ?? '').replaceAll(/#.*$/gm, '')).join('\n');
}

const tlsPortsOf = (config: string): number[] =>
  [...config.matchAll(/\blisten\s+(?:\S+:)?(?<port>\d+)\s[^;]*\b(?:ssl|quic)\b/g)].map((match) =>
    Number(match.groups?.['port']),
  );

/** Where the course's own script looks first, then what nginx serves, then the only one. */
async function findCa({ root, files }: Project, config: string): Promise<string | null> {
  const named = /\bssl_certificate\s+"?(?<file>[^";\s]+)/.exec(config)?.groups?.['file'];
  const candidates = files.filter((name) => /\.(?:crt|pem|cer)$/i.test(name));
  const readable = await Promise.all(candidates.map((file) => isCertificate(join(root, file))));
  const certificates = candidates.filter((_file, index) => readable[index]);
  return (
    certificates.find((file) => file === 'deployments/nginx/certs/nginx.crt') ??
    certificates.find((file) => /^ca\b/.test(basename(file))) ??
    certificates.find((file) => named !== undefined && basename(file) === basename(named)) ??
    (certificates.length === 1 ? (certificates[0] ?? null) : null)
  );
}

const isCertificate = (path: string): Promise<boolean> =>
  readCa(path).then(
    () => true,
    () => false,
  );
