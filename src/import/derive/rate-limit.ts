import type { RateLimitConfig } from '../../config/types.js';
import { inherited } from '../nginx/gateway-facts.js';
import { named, placeOf, textOfDirective, type Directive } from '../nginx/parse.js';
import type { ImportContext } from './context.js';

const STATUSES = [403, 418, 429, 444, 503];
const MOST = 100_000;

/** The limit that holds where predictions are asked for; false: there is none; null: nothing says what nginx does. */
export function deriveRateLimit(context: ImportContext): RateLimitConfig | false | null {
  const { nginx, notes, compose } = context;
  if (nginx.http.length === 0) return null;
  const zones = named(nginx.http, 'limit_req_zone');
  const scope = nginx.prediction?.location.scope ?? [nginx.http];
  const limits = named(scope.find((block) => named(block, 'limit_req').length > 0) ?? [], 'limit_req');
  const [limit, ...others] = limits;
  const zone = limit && zones.find(({ args }) => nameOf(args) === zoneNamed(limit));
  if (inherited(scope, 'limit_req_dry_run')?.args[0] === 'on' || !limit || !zone) {
    leaveNone(limit ?? zones[0], context);
    return false;
  }
  const status = inherited(scope, 'limit_req_status');
  for (const other of others)
    notes.leave(textOfDirective(other), placeOf(other), 'fortress has one limit; the first one is carried over');
  leaveKey(zone, context);
  const code = shownAs(Number(status?.args[0] ?? 503), scope);
  if (!STATUSES.includes(code))
    notes.leave(
      `limit_req_status ${code}`,
      status ? placeOf(status) : compose.file,
      `fortress answers with one of ${STATUSES.join(', ')}`,
    );
  notes.carry('gateway.rateLimit', `${placeOf(zone)}: ${textOfDirective(zone)}`);
  notes.carry('gateway.rateLimit', `${placeOf(limit)}: ${textOfDirective(limit)}`);
  if (status) notes.carry('gateway.rateLimit', `${placeOf(status)}: ${textOfDirective(status)}`);
  return {
    requestsPerSecond: rateOf(zone, context),
    burst: burstOf(limit, context),
    status: STATUSES.includes(code) ? code : 503,
  };
}

/** What clients see of a status that a page for errors gives another number. */
function shownAs(code: number, scope: readonly Directive[][]): number {
  const pages = scope.find((block) => named(block, 'error_page').length > 0) ?? [];
  const page = named(pages, 'error_page').find(({ args }) => args.includes(`${code}`));
  const shown = page?.args.find((arg) => /^=\d{3}$/.test(arg));
  return shown === undefined ? code : Number(shown.slice(1));
}

const nameOf = (args: string[]): string =>
  /^zone=(?<name>[^:]+)/.exec(args.find((arg) => arg.startsWith('zone=')) ?? '')?.groups?.['name'] ?? '';
const zoneNamed = ({ args }: Directive): string =>
  args.find((arg) => arg.startsWith('zone='))?.slice('zone='.length) ?? '';

function leaveNone(found: Directive | undefined, { nginx, notes }: ImportContext): void {
  if (found)
    notes.leave(
      textOfDirective(found),
      placeOf(found),
      'it limits no request to where predictions are asked for',
      'set gateway.rateLimit if it was meant to',
    );
  if (nginx.prediction)
    notes.carry('gateway.rateLimit', `${placeOf(nginx.prediction.location.directive)}: no limit_req holds there`);
}

const CLIENT = /^\$\{?(?:binary_)?remote_addr\}?$/;

function leaveKey(zone: Directive, { nginx, notes }: ImportContext): void {
  const [key = ''] = zone.args;
  const map = named(nginx.http, 'map').find(({ args }) => args[1] === key);
  const usual = named(map?.block ?? [], 'default').at(-1)?.args[0] ?? '';
  if (CLIENT.test(key) || CLIENT.test(usual)) return;
  notes.leave(`a limit by ${key}`, placeOf(zone), 'fortress counts the requests of each client address');
}

function rateOf(zone: Directive, { notes }: ImportContext): number {
  const { amount = '1', unit = 's' } =
    /^rate=(?<amount>\d{1,9})r\/(?<unit>[sm])$/.exec(zone.args.find((arg) => arg.startsWith('rate=')) ?? '')?.groups ??
    {};
  const exact = Number(amount) / (unit === 'm' ? 60 : 1);
  const rate = Math.min(MOST, Math.max(1, Math.round(exact)));
  if (rate !== exact)
    notes.leave(`a rate of ${amount}r/${unit}`, placeOf(zone), `fortress counts whole requests per second: ${rate}`);
  return rate;
}

function burstOf(limit: Directive, { notes }: ImportContext): number {
  const burst = Number(
    /^burst=(?<burst>\d{1,9})$/.exec(limit.args.find((arg) => arg.startsWith('burst=')) ?? '')?.groups?.['burst'] ?? 0,
  );
  if (burst > 0 && !limit.args.includes('nodelay'))
    notes.leave(
      `${textOfDirective(limit)} without nodelay`,
      placeOf(limit),
      'nginx lets the requests of a burst wait their turn; fortress answers them at once',
    );
  return Math.min(MOST, burst);
}
