import { VARIABLE_NAME, VARIABLE_VALUE } from '../../config/schema.js';
import { isBaseArgument } from '../../images/backend.js';
import { itemsOf, isMapping, pairsOf, textOf } from '../../grade/compose/document.js';
import { mappingAt, type ComposeService } from '../compose/read-compose.js';
import { hasVariable, unsetVariables } from '../compose/interpolate.js';
import { holdsSecret, isSecretName } from '../secret-values.js';
import type { ImportContext } from './context.js';

/** The arguments of a build, as compose would fill them in; empty: none are carried over. */
export function deriveBuildArgs(service: ComposeService, key: string, context: ImportContext): Record<string, string> {
  const { compose, notes } = context;
  const filled = pairsOf(mappingAt(service, 'build')['args']);
  const written = writtenArgs(compose.written.services[service.name]?.['build']);
  const args: Record<string, string> = {};
  for (const [name, value] of Object.entries(filled)) {
    const why = whyNot(name, value, written.get(name) ?? null, context);
    if (why === null) args[name] = value;
    else
      notes.leave(
        `the build argument ${name} of ${service.name}`,
        compose.placeOf('services', service.name, 'build', 'args', name),
        why,
        `${key}.build.args says what it is to be`,
      );
  }
  return args;
}

/** As they stand there; null: a name alone, which takes its value from elsewhere. */
function writtenArgs(build: unknown): Map<string, string | null> {
  const args = isMapping(build) ? build['args'] : undefined;
  if (isMapping(args))
    return new Map(Object.entries(args).map(([name, value]) => [name, value === null ? null : textOf(value)]));
  return new Map(
    itemsOf(args)
      .map(textOf)
      .map((text) => [text.replace(/=.*$/s, ''), text.includes('=') ? text : null]),
  );
}

function whyNot(name: string, value: string, written: string | null, { compose }: ImportContext): string | null {
  if (!VARIABLE_NAME.test(name)) return 'this is no name of an argument';
  if (written === null) return 'its value comes from the environment of whoever builds';
  const unset = unsetVariables(written, compose.values);
  if (unset.length > 0) return `nothing in the project says what ${unset.join(', ')} is`;
  if (isSecretName(name) || holdsSecret(value)) return 'it looks like a secret, and images are no place for them';
  if (!VARIABLE_VALUE.test(value)) return 'it is not one line of text';
  // A default of the compose file stands for what fortress itself knows, also where no registry answers.
  return isBaseArgument(name) && hasVariable(written)
    ? `fortress fills it in with the image that its own ones come from; ${value} was only the default`
    : null;
}
