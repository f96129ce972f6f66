import { usageError } from '../errors.js';
import type { Check } from './check.js';
import type { TargetSpec } from './target.js';

export interface Selection {
  /** Ids or their first parts, separated by commas: `rate,tls.trust`. */
  only?: string | undefined;
  skip?: string | undefined;
}

/**
 * The checks that the two flags leave.
 * @throws FortressError (exit 2) when a flag names no check, or when none is left
 */
export function selectChecks(checks: readonly Check[], { only, skip }: Selection): Check[] {
  const wanted = only === undefined ? checks : checks.filter(matcher(checks, '--only', only));
  const unwanted = skip === undefined ? (): boolean => false : matcher(checks, '--skip', skip);
  const selected = wanted.filter((check) => !unwanted(check));
  if (selected.length > 0) return selected;
  throw usageError('No check is left to run', {
    hint: 'Take something out of --skip, or see `fortress verify --list`.',
  });
}

/** Without those that nobody promises of the target; somebody who asks for nothing else gets an answer all the same. */
export function promisedBy(spec: TargetSpec, checks: readonly Check[]): readonly Check[] {
  const promised = checks.filter(
    (check) => (spec.isOwn || !check.ownOnly) && (check.isPromised === undefined || check.isPromised(spec)),
  );
  return promised.length > 0 ? promised : checks;
}

function matcher(checks: readonly Check[], flag: string, list: string): (check: Check) => boolean {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const stranger = names.find((name) => !checks.some(({ id }) => isNamed(id, name)));
  if (names.length === 0 || stranger !== undefined) {
    throw usageError(`${flag} ${list}: there is no check ${stranger ?? ''}`.trimEnd(), {
      hint: `Checks: ${checks.map(({ id }) => id).join(', ')}; or their first part, e.g. "rate".`,
    });
  }
  return ({ id }) => names.some((name) => isNamed(id, name));
}

const isNamed = (id: string, name: string): boolean => id === name || id.startsWith(`${name}.`);
