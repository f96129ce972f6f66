import { posix } from 'node:path';
import { FILE_NAME } from '../../config/schema.js';
import type { ApiConfig } from '../../config/types.js';
import { isMapping, itemsOf, pairsOf, textOf } from '../../grade/compose/document.js';
import type { ComposeService } from '../compose/read-compose.js';
import { treePath } from '../tree-path.js';
import { pathFor, type ImportContext } from './context.js';

interface UsedSecret {
  /** Key of `secrets` in the compose file. */
  source: string;
  /** Name of its file in the container. */
  name: string;
}

/** Of the short and the long form. Pure. */
export const secretsOf = ({ settings }: ComposeService): UsedSecret[] =>
  itemsOf(settings['secrets']).map((secret) => {
    const source = isMapping(secret) ? textOf(secret['source']) : textOf(secret);
    const target = isMapping(secret) ? textOf(secret['target']) : '';
    return { source, name: posix.basename(target || source) };
  });

/** Files with secrets that an API is given; those that are not there are named all the same, and told. */
export function deriveSecrets(
  service: ComposeService,
  key: string,
  context: ImportContext,
): Pick<ApiConfig, 'secrets'> {
  const { compose, files, notes } = context;
  const where = compose.placeOf('services', service.name, 'secrets');
  const secrets: Record<string, string> = {};
  for (const { source, name } of secretsOf(service)) {
    const written = textOf(compose.document.secrets[source]?.['file']);
    const file = written === '' ? null : treePath(compose.base, written);
    if (file === null || !FILE_NAME.test(name)) {
      notes.leave(
        `the secret ${source} of ${service.name}`,
        where,
        file === null ? 'it is no file of the project' : `${name} is no name of a file that fortress would take`,
        `name a file in ${key}.secrets`,
      );
      continue;
    }
    secrets[name] = pathFor(context, file);
    if (!files.names.includes(file))
      notes.leave(`the file ${file}`, where, 'it is not in the project', 'put it there before `fortress up`');
  }
  const names = Object.keys(secrets);
  if (names.length === 0) return {};
  notes.carry(`${key}.secrets`, `${where}: ${names.join(', ')}`);
  if (!('SECRETS_PATH' in pairsOf(service.settings['environment'])))
    notes.leave(
      `the place of ${names.join(', ')} in ${service.name}`,
      where,
      'fortress puts files with secrets where SECRETS_PATH says, not below /run/secrets',
      'read os.environ["SECRETS_PATH"]',
    );
  return { secrets };
}
