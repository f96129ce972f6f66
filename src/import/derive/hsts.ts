import { named, placeOf, textOfDirective } from '../nginx/parse.js';
import type { ImportContext } from './context.js';

const HEADER = 'Strict-Transport-Security';
/** What fortress says: two years. */
const OURS = 'max-age=63072000';
/** Browsers that were told less are not to be told two years: there is no way back. */
const LEAST_SECONDS = 31_536_000;

/** Whether browsers are told to use nothing but HTTPS. */
export function deriveHsts({ nginx, notes }: ImportContext): boolean {
  const header = (nginx.prediction?.location.scope ?? [])
    .flatMap((block) => named(block, 'add_header'))
    .find(({ args }) => args[0]?.toLowerCase() === HEADER.toLowerCase());
  const value = header?.args[1]?.trim() ?? '';
  const seconds = Number(/max-age="?(?<seconds>\d{1,12})/i.exec(value)?.groups?.['seconds'] ?? 0);
  if (!header || seconds === 0) return false;
  if (seconds < LEAST_SECONDS) {
    notes.leave(
      `${HEADER}: ${value}`,
      placeOf(header),
      `fortress says ${OURS}, two years, or nothing; nothing is less`,
      'gateway.tls.hsts: true, if two years are right',
    );
    return false;
  }
  notes.carry('gateway.tls.hsts', `${placeOf(header)}: ${textOfDirective(header)}`);
  if (value !== OURS)
    notes.leave(`${HEADER}: ${value}`, placeOf(header), `fortress says ${OURS}, two years, of the host alone`);
  return true;
}
