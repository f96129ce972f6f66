import { VARIABLE_NAME, VARIABLE_VALUE } from '../../config/schema.js';
import type { ApiConfig } from '../../config/types.js';
import { isMapping, itemsOf, pairsOf, textOf } from '../../grade/compose/document.js';
import type { ComposeService } from '../compose/read-compose.js';
import { holdsSecret, isSecretName } from '../secret-values.js';
import type { ImportContext } from './context.js';

/** Variables that fortress sets itself; see "apis" in docs/configuration.md. */
const OWN = new Set([
  'API_VERSION',
  'BODY_LIMIT',
  'DEBUG_PROBABILITIES',
  'MODEL_NAME',
  'MODEL_PATH',
  'PORT',
  'SECRETS_PATH',
]);

/** Those of them that stand for nothing that is carried over in another way. */
const SAID_OTHERWISE = new Set(['API_VERSION', 'BODY_LIMIT', 'DEBUG_PROBABILITIES', 'MODEL_NAME']);

/** The variables of an API: what stands in the compose file as it is; no secrets, and nothing of anybody's environment. */
export function deriveEnvironment(
  service: ComposeService,
  key: string,
  { compose, isOurs, notes }: ImportContext,
): Pick<ApiConfig, 'env'> {
  const written = compose.written.services[service.name]?.['environment'];
  const place = (name: string): string => compose.placeOf('services', service.name, 'environment', name);
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(pairsOf(written))) {
    if (OWN.has(name)) {
      if (SAID_OTHERWISE.has(name) && !isOurs) leaveOwn(name);
      continue;
    }
    const why = reason(name, value, isSet(written, name));
    if (why === null) env[name] = value.replaceAll('$$', '$');
    else notes.leave(`${name} of ${service.name}`, place(name), ...why);
  }
  if (service.settings['env_file'] !== undefined)
    notes.leave(
      `env_file of ${service.name}`,
      compose.placeOf('services', service.name, 'env_file'),
      'such files hold secrets as a rule',
      `name values in ${key}.env, files with secrets in ${key}.secrets`,
    );
  if (Object.keys(env).length === 0) return {};
  notes.carry(
    `${key}.env`,
    `${compose.placeOf('services', service.name, 'environment')}: ${Object.keys(env).join(', ')}`,
  );
  return { env };

  function leaveOwn(name: string): void {
    notes.leave(
      `${name} of ${service.name}`,
      place(name),
      'fortress sets this variable itself (docs/configuration.md)',
      'read another one, and name it in env',
    );
  }

  function reason(name: string, value: string, hasValue: boolean): [string, string] | null {
    if (!VARIABLE_NAME.test(name)) return ['this is no name of a variable', 'give it another one'];
    if (isSecretName(name) || holdsSecret(value))
      return [
        'it looks like a secret, and environments are no place for them',
        `put it into a file and name that in ${key}.secrets`,
      ];
    if (!hasValue || /\$(?:\{|[A-Za-z_])/.test(value.replaceAll('$$', '')))
      return [
        'its value comes from the environment of whoever starts the project',
        `${key}.env: { ${name}: process.env.${name} ?? '' }`,
      ];
    return VARIABLE_VALUE.test(value)
      ? null
      : ['it is not one line of text of at most 32768 letters', `put it into a file and name that in ${key}.secrets`];
  }
}

/** `NAME` alone takes its value from elsewhere; `NAME=` is empty. */
const isSet = (environment: unknown, name: string): boolean =>
  isMapping(environment)
    ? environment[name] !== null
    : itemsOf(environment).some((item) => textOf(item).startsWith(`${name}=`));
