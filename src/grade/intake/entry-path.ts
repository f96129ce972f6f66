import { refuseEntry } from './refusal.js';
import type { Limits } from './limits.js';

/**
 * The segments of an entry's name below the root; none for the root itself.
 * @throws FortressError (exit 2) for a name that leads out, or that systems read differently
 */
export function segmentsOf(name: string, limits: Limits): string[] {
  if (/\p{Cc}/u.test(name)) throw refuseEntry(name, 'its name holds control characters');
  if (name.includes('\\'))
    throw refuseEntry(name, 'its name holds a backslash, which some systems take for a separator');
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) throw refuseEntry(name, 'its path is absolute');
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw refuseEntry(name, 'its path leads out of the submission ("..")');
  requireModest(name, segments, limits);
  return segments;
}

function requireModest(name: string, segments: string[], { pathBytes, nameBytes, depth }: Limits): void {
  if (segments.length > depth) throw refuseEntry(name, `it lies ${segments.length} folders deep; at most ${depth}`);
  const length = Buffer.byteLength(segments.join('/'));
  if (length > pathBytes) throw refuseEntry(name, `its path has ${length} bytes; at most ${pathBytes}`);
  if (segments.some((segment) => Buffer.byteLength(segment) > nameBytes))
    throw refuseEntry(name, `a name in its path is longer than ${nameBytes} bytes`);
}

/**
 * A symbolic link may climb first and descend then; after a descent it must not climb again, as the
 * name it descended to may be a link too. So every link, whatever it meets on its way, stays inside.
 * @param segments of the link itself
 * @throws FortressError (exit 2) when the target may lie outside
 */
export function requireInnerTarget(name: string, segments: string[], target: string): void {
  const out = (): Error => refuseEntry(name, `it is a link that leads out of the submission, to "${target}"`);
  if (target === '' || /[\p{Cc}\\]/u.test(target) || target.startsWith('/') || /^[a-z]:/i.test(target)) throw out();
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const climbs = steps.findIndex((step) => step !== '..');
  const upwards = climbs === -1 ? steps.length : climbs;
  if (upwards > segments.length - 1 || steps.slice(upwards).includes('..')) throw out();
}
