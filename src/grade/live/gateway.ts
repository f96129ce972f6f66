import { X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import type { ComposeDocument } from '../compose/document.js';
import { portsOf } from '../compose/service.js';
import { readText } from '../files.js';
import type { Project } from '../project.js';

/** Where a submission is to be asked, as far as its files say. */
export interface Gateway {
  /** `https://localhost[:port]`. */
  url: string;
  /** Certificate to trust, as PEM; null: there is none among the files. */
  ca: string | null;
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
  return { url: `https://localhost${port === 443 ? '' : `:${port}`}`, ca: await findCa(project, config) };
}

/** Every nginx configuration of the submission, one after the other. */
export async function nginxConfig({ root, files }: Project): Promise<string> {
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
  const texts = await Promise.all(candidates.map(async (file) => ({ file, text: await readText(root, file) })));
  const certificates = texts.filter(({ text }) => isCertificate(text ?? ''));
  const chosen =
    certificates.find(({ file }) => file === 'deployments/nginx/certs/nginx.crt') ??
    certificates.find(({ file }) => /^ca\b/.test(basename(file))) ??
    certificates.find(({ file }) => named !== undefined && basename(file) === basename(named)) ??
    (certificates.length === 1 ? certificates[0] : undefined);
  return chosen?.text ?? null;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/** Whether it holds certificates and all of them can be read: what is chosen is trusted as a whole. */
function isCertificate(text: string): boolean {
  const certificates = text.match(CERTIFICATE) ?? [];
  try {
    return certificates.map((certificate) => new X509Certificate(certificate)).length > 0;
  } catch {
    return false;
  }
}
