import { createHash } from 'node:crypto';
import type { ServiceFile } from '../../stack/stack.js';

/** A file of a service with its bytes, and the key that it has in a ConfigMap or a Secret. */
export interface PlacedFile {
  key: string;
  /** Relative to `FILES_CURRENT`. */
  path: string;
  content: Buffer;
  hash: string;
}

/** Where the files of a service go. */
export interface Placement {
  config: PlacedFile[];
  secret: PlacedFile[];
  /** The gateway's certificate and key: a Secret of the type that cert-manager writes, too. */
  tls: PlacedFile[];
  /** Too large for a ConfigMap: a layer on top of the service's image. */
  layer: PlacedFile[];
}

/**
 * Bytes of a ConfigMap as JSON. The API takes 1 MiB, but `kubectl apply` also writes all of it into an annotation,
 * and all annotations of an object may have 256 KiB; some are left for names and labels.
 */
const CONFIG_MAP_LIMIT = 250_000;

const TLS_KEYS: Record<string, string> = { 'server.crt': 'tls.crt', 'server.key': 'tls.key' };

/** @param contentOf reads the files that are named by their path on this machine, as models are */
export function placeFiles(
  files: ServiceFile[],
  isGateway: boolean,
  contentOf: (file: ServiceFile) => string | Buffer,
): Placement {
  const place = (some: ServiceFile[]): PlacedFile[] => withKeys(some, contentOf);
  const tls = files.filter(({ path }) => isGateway && path in TLS_KEYS);
  const others = files.filter((file) => !tls.includes(file));
  const secret = place(others.filter((file) => file.secret));
  const { fitting: config, large: layer } = splitBySize(place(others.filter((file) => !file.secret)));
  return { config, secret, tls: place(tls).map((file) => ({ ...file, key: TLS_KEYS[file.path] ?? file.key })), layer };
}

function withKeys(files: ServiceFile[], contentOf: (file: ServiceFile) => string | Buffer): PlacedFile[] {
  const keys = new Set<string>();
  return files.map((file) => {
    const key = freeKey(file.path, keys);
    keys.add(key);
    const content = contentOf(file);
    return {
      key,
      path: file.path,
      hash: file.hash,
      content: Buffer.isBuffer(content) ? content : Buffer.from(content),
    };
  });
}

/** Keys have no `/`. */
function freeKey(path: string, taken: ReadonlySet<string>): string {
  const key = path.replaceAll('/', '.').replaceAll(/[^\w.-]/g, '_');
  for (let number = 2; ; number += 1) {
    const candidate = number === 2 ? key : `${key}.${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** The largest files go until the rest fits. */
function splitBySize(files: PlacedFile[]): { fitting: PlacedFile[]; large: PlacedFile[] } {
  const large: PlacedFile[] = [];
  for (const file of files.toSorted((a, b) => sizeIn(b) - sizeIn(a))) {
    const rest = files.filter((other) => !large.includes(other));
    if (rest.reduce((sum, other) => sum + sizeIn(other), 0) <= CONFIG_MAP_LIMIT) break;
    large.push(file);
  }
  return { fitting: files.filter((file) => !large.includes(file)), large };
}

/** As JSON. What does not fit as it is gets no smaller by that, and may be too large for a text. */
function sizeIn({ key, content }: PlacedFile): number {
  if (content.length > CONFIG_MAP_LIMIT) return content.length;
  return key.length + (isText(content) ? JSON.stringify(content.toString()).length : content.toString('base64').length);
}

/** What reads back as the same bytes, and holds nothing that a person could not read. */
export const isText = (content: Buffer): boolean => {
  const text = content.toString();
  return !/[^\P{Cc}\t\n]/u.test(text) && Buffer.from(text).equals(content);
};

/** Changes with the content of any of the files. */
export const checksumOf = (files: PlacedFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify(files.map(({ path, hash }) => [path, hash])))
    .digest('hex');
