import { isIP } from 'node:net';
import { portOf } from './deployed-roles.js';
import type { TargetSpec } from './target.js';

/** A port of the machine that clients are to find something at. */
export interface PromisedPort {
  /** Address of the machine that it is published on; null: nobody said which. */
  address: string | null;
  port: number;
}

/** The ports that a target may publish: those that its configuration names, else those of its addresses. Pure. */
export function promisedPorts({
  published,
  https,
  http,
  exporter,
  prometheus,
  grafana,
}: Pick<TargetSpec, 'published' | 'https' | 'http' | 'exporter' | 'prometheus' | 'grafana'>): PromisedPort[] {
  if (published) return published;
  const origins = [https, http, exporter, prometheus?.url, grafana?.url].filter((origin) => origin != null);
  return origins.map((origin) => ({ address: null, port: portOf(origin) }));
}

/** Whether a published port is one of those, and no further open than promised. Pure. */
export const isPromisedPort = (
  { address, port }: { address: string; port: number },
  promised: readonly PromisedPort[],
): boolean => promised.some((one) => one.port === port && covers(one.address, address));

/** An engine may name every address in either notation, or not at all. */
const covers = (promised: string | null, found: string): boolean =>
  promised === null || isEvery(promised) || promised === found;

const isEvery = (address: string): boolean => isIP(address) === 0 || address === '0.0.0.0' || address === '::';
