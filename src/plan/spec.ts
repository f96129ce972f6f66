import { createHash } from 'node:crypto';
import type { Service, ServiceFile } from '../stack/stack.js';

/**
 * What a container is made from, in a form that can be compared and explained: it goes into a
 * label, so that a later run can say what changed. Holds hashes of files, never their content.
 */
export interface Spec {
  image: string;
  entrypoint: string[];
  command: string[];
  env: Record<string, string>;
  user: string;
  networks: string[];
  ports: string[];
  volumes: string[];
  tmpfs: Record<string, string>;
  healthcheck: string[] | null;
  memory: number;
  /** Only where it is limited: containers that an older fortress made have no such part. */
  cpus?: number;
  pids: number;
  stop: string;
  /** sha256 by path, of files whose change makes a new container. */
  files: Record<string, string>;
}

export function specOf(service: Service, files: ServiceFile[]): Spec {
  return {
    image: service.image.reference,
    entrypoint: service.entrypoint,
    command: service.command,
    env: service.env,
    user: service.user,
    networks: service.networks.map(
      ({ network, fixedAddress }) => `${network}${fixedAddress ? ' (fixed address)' : ''}`,
    ),
    ports: service.ports.map(({ bind, host, container }) => `${bind}:${host}->${container}`),
    volumes: service.volumes.map(({ name, path }) => `${name}:${path}`),
    tmpfs: service.tmpfs,
    healthcheck: service.healthcheck,
    memory: service.memory,
    ...(service.cpus !== null && { cpus: service.cpus }),
    pids: service.pids,
    stop: `${service.stopSignal} ${service.stopTimeout}s`,
    files: service.onFileChange.kind === 'recreate' ? hashesOf(files) : {},
  };
}

export const hashesOf = (files: ServiceFile[]): Record<string, string> =>
  Object.fromEntries(files.map(({ path, hash }) => [path, hash]));

/** Parts are always written in the same order, so equal specs have equal text. */
export const serializeSpec = (spec: Spec): string => JSON.stringify(spec);

export const hashSpec = (serialized: string): string => createHash('sha256').update(serialized).digest('hex');

/** "image changed", "memory 512 MiB → 1024 MiB", "model.onnx changed": why a container is replaced. */
export function explainChange(before: string, after: Spec): string {
  const old = parseSpec(before, after);
  if (!old) return 'made by another version of fortress';
  const causes = ([...new Set([...Object.keys(old), ...Object.keys(after)])] as (keyof Spec)[]).flatMap((part) =>
    explainPart(part, old, after),
  );
  return causes.join(', ') || 'configuration changed';
}

function explainPart(part: keyof Spec, before: Spec, after: Spec): string[] {
  if (JSON.stringify(before[part]) === JSON.stringify(after[part])) return [];
  if (part === 'files' || part === 'env') return changedKeys(before[part], after[part]).map((key) => `${key} changed`);
  if (part === 'cpus') return [`cpus ${before.cpus ?? 'all'} → ${after.cpus ?? 'all'}`];
  if (part === 'memory') return [`memory ${mebibytes(before.memory)} → ${mebibytes(after.memory)}`];
  if (part === 'ports') return [`ports ${before.ports.join(' ')} → ${after.ports.join(' ')}`];
  if (part === 'image') return [`image ${before.image} → ${after.image}`];
  return [`${part} changed`];
}

/** The image reference in a serialized spec; null when it is of another shape. */
export const imageIn = (serialized: string): string | null => /^\{"image":"([^"]+)"/.exec(serialized)?.[1] ?? null;

/** Where a container made from a serialized spec of an API listens; undefined when it is of another shape. */
export function portIn(serialized: string): number | undefined {
  const port = /"PORT":"(\d+)"/.exec(serialized)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Host ports that a container made from a serialized spec publishes. */
export function publishedPorts(serialized: string): number[] {
  return [...serialized.matchAll(/"[^"]*:(\d+)->\d+"/g)].map(([, host]) => Number(host));
}

/** Keys whose values differ or that only one side has. */
export function changedKeys(before: Record<string, string>, after: Record<string, string>): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]);
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;

/** Parts that are not in every spec. */
const OPTIONAL: ReadonlySet<string> = new Set<keyof Spec>(['cpus']);

/** Null unless the text has all parts that a spec has now. */
function parseSpec(text: string, now: Spec): Spec | null {
  try {
    const spec: unknown = JSON.parse(text);
    const isSpec =
      typeof spec === 'object' && spec !== null && Object.keys(now).every((part) => part in spec || OPTIONAL.has(part));
    return isSpec ? (spec as Spec) : null;
  } catch {
    return null;
  }
}
