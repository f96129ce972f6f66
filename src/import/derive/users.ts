import { posix } from 'node:path';
import type { UserConfig } from '../../config/types.js';
import { PASSWORD, USER_NAME } from '../../config/schema.js';
import { parseHtpasswd } from '../../credentials/htpasswd.js';
import { isPasswordOf, roundsOf } from '../htpasswd-hash.js';
import { inherited } from '../nginx/gateway-facts.js';
import { placeOf, type Directive } from '../nginx/parse.js';
import type { ImportContext } from './context.js';

interface UsersFound {
  /** Of the password file; empty: it is not there, or empty. */
  users: UserConfig[];
  /** `deployments/nginx/.htpasswd`; null: no file of the project. */
  file: string | null;
}

/** Instructions are short; what is longer is data. */
const LONGEST = 65_536;

/** Passwords that stand in every tutorial. */
const WELL_KNOWN = ['admin', 'password', 'secret', 'changeme', 'test', 'user', 'mlops'];
const MOST_USERS = 100;
/** To guess is not to break in: so many are tried for a user at most. */
const MOST_GUESSES = 24;
/** Of all guesses together: a second or two. */
const MOST_ROUNDS = 2_000_000;

/** Who may call the API, with those passwords that are no secret: they stand in the project itself, or everywhere. */
export function findUsers(context: ImportContext): UsersFound {
  const { nginx, nginxFolder, roles, files, notes } = context;
  const scope = nginx.prediction?.location.scope ?? [nginx.http];
  const off = inherited(scope, 'auth_basic')?.args[0] === 'off';
  const directive = off ? undefined : (inherited(scope, 'auth_basic_user_file') ?? askedInside(scope, context));
  if (!directive) {
    leaveOpen(context);
    return { users: [], file: null };
  }
  const path = directive.args[0] ?? '';
  const file = roles.gateway?.view.nameOf(posix.resolve(nginxFolder, path)) ?? inTree(path, context);
  const text = file === null ? undefined : files.texts.get(file);
  if (file === null || text === undefined) {
    notes.leave(
      `the users of ${path}`,
      placeOf(directive),
      'the project has no such file',
      'name them in gateway.users; each gets a random password',
    );
    return { users: [], file: null };
  }
  return { users: usersIn(text, file, context), file };
}

/** `auth_request` to a server of nginx itself, which is the one that looks at passwords. */
function askedInside(scope: readonly Directive[][], { nginx }: ImportContext): Directive | undefined {
  if ((inherited(scope, 'auth_request')?.args[0] ?? 'off') === 'off') return undefined;
  return nginx.servers
    .map(({ block }) => inherited([block], 'auth_basic_user_file'))
    .find((found) => found !== undefined);
}

function leaveOpen({ nginx, notes, compose }: ImportContext): void {
  const { prediction } = nginx;
  if (!prediction) return;
  notes.leave(
    'an API without a password',
    placeOf(prediction.location.directive),
    `nginx asks for none there, as ${compose.file} runs it; fortress always does`,
    '`fortress users` shows the password of the user that gateway.users names',
  );
}

/** A file that another way than a mount or a COPY may bring there. */
function inTree(path: string, { files }: ImportContext): string | null {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return files.names.find((name) => name === last || name.endsWith(`/${last}`)) ?? null;
}

function usersIn(text: string, file: string, context: ImportContext): UserConfig[] {
  const entries = [...parseHtpasswd(text.replaceAll('\r', ''))];
  if (entries.length > MOST_USERS)
    context.notes.leave(
      `${entries.length - MOST_USERS} users`,
      file,
      `more than ${MOST_USERS} are not read`,
      'name them in gateway.users',
    );
  let rounds = MOST_ROUNDS;
  return entries.slice(0, MOST_USERS).flatMap(([name, hash]) => {
    if (!USER_NAME.test(name)) {
      context.notes.leave(
        `the user ${JSON.stringify(name)}`,
        file,
        'a name has 1 to 64 letters, digits or . _ @ -',
        'name another one in gateway.users',
      );
      return [];
    }
    const password = guesses(name, context).find((guess) => {
      rounds -= roundsOf(hash.trim());
      return rounds >= 0 && isPasswordOf(guess, hash.trim());
    });
    return [password === undefined ? { name } : { name, password }];
  });
}

function guesses(name: string, { files }: ImportContext): string[] {
  const escaped = name.replaceAll(/[.@-]/g, String.raw`\$&`);
  const written = [...files.texts]
    .filter(([file, text]) => text.length <= LONGEST && /\.(?:md|sh|py|ya?ml)$|(?:^|\/)makefile$/i.test(file))
    .flatMap(([, text]) =>
      [
        ...text.matchAll(
          new RegExp(String.raw`(?<![\w.@-])${escaped}(?::|["']\s*,\s*["']|\s+)(?<password>[^\s"'\x60,)]{1,64})`, 'g'),
        ),
      ].map(({ groups }) => groups?.['password'] ?? ''),
    );
  const common = [...written, name].filter((guess) => PASSWORD.test(guess));
  return [...new Set([name, ...WELL_KNOWN, ...common])].slice(0, MOST_GUESSES);
}
