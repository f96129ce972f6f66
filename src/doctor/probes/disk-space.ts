import { statfs } from 'node:fs/promises';
import type { DoctorContext, Finding, Probe } from '../probe.js';

const GIB = 1024 ** 3;
/** Bytes: the images, twice during an update, and some days of Prometheus' samples. */
const COMFORTABLE = 3 * GIB;
/** Bytes: below this, building or pulling the images fails half way. */
const NECESSARY = 1 * GIB;

export const diskSpace: Probe = {
  id: 'disk',
  run: async (context) => [await probeDisk(context)],
};

async function probeDisk({ engine, config }: DoctorContext): Promise<Finding> {
  // The engine's folder is on this machine only when the engine is.
  const local = engine.state === 'ready' && engine.address.url.startsWith('unix:');
  const candidates = local ? [engine.facts.dataFolder, config.root] : [config.root];
  for (const folder of candidates) {
    const free = await freeBytes(folder);
    if (free !== null) return judge(free, folder);
  }
  return { ...judge(COMFORTABLE, config.root), status: 'skip', found: `${config.root} cannot be looked at` };
}

async function freeBytes(folder: string): Promise<number | null> {
  const system = await statfs(folder).catch(() => null);
  return system && system.bavail * system.bsize;
}

/** What so many free bytes mean. Pure. */
export function judge(free: number, folder: string): Finding {
  const status = free >= COMFORTABLE ? 'ok' : free >= NECESSARY ? 'warn' : 'fail';
  return {
    title: 'Disk space',
    status,
    found: `${(free / GIB).toFixed(1)} GiB free in ${folder}`,
    why: `images and Prometheus' samples want ${COMFORTABLE / GIB} GiB, and cannot do with less than ${NECESSARY / GIB} GiB`,
    fix: status === 'ok' ? null : 'free some space; `docker system df` shows what the engine itself uses',
  };
}
