import type { ResolvedConfig } from '../../config/resolved.js';
import { USER_NAME } from '../../config/schema.js';
import { parsePasswordStore, type PasswordStore } from '../../credentials/passwords.js';
import { readStore } from '../../credentials/store.js';
import { addUser, changePassword, knownUsers, removeUser, type KnownUser } from '../../credentials/users.js';
import { ExitCode, usageError } from '../../errors.js';
import { print, printJson, table } from '../../report/print.js';
import { changeCredentials, describeEffect } from '../change-credentials.js';
import type { CommandBody, GlobalOptions } from '../command.js';
import { placeOfUser } from '../declared-user.js';
import { newPassword } from '../new-password.js';
import { openProject } from '../project.js';

interface UsersOptions {
  random?: boolean;
}

type Options = GlobalOptions & UsersOptions;

/** What each action does to the stored passwords, and how it is told; those with a password take one. */
const ACTIONS = {
  add: { edit: addUser, done: (name: string) => `${name} may call the API`, takesPassword: true },
  passwd: { edit: changePassword, done: (name: string) => `${name} has another password`, takesPassword: true },
  remove: { edit: removeUser, done: (name: string) => `${name} may not call the API any more`, takesPassword: false },
} as const;

/** `fortress users`: who may call the API. */
export const run: CommandBody<UsersOptions> = async ({ args: [action = 'list', name], options, signal }) => {
  if (action === 'list' && name === undefined && !options.random) return list(options);
  if (action !== 'add' && action !== 'passwd' && action !== 'remove') {
    throw usageError(`fortress users ${[action, name].filter(Boolean).join(' ')}: there is no such thing to do`, {
      hint: 'fortress users [list], or fortress users add|passwd|remove NAME',
    });
  }
  const user = checkedName(action, name);
  const { takesPassword, edit, done } = ACTIONS[action];
  if (options.random && !takesPassword) throw usageError(`--random: users ${action} takes no password`);
  const config = await openProject(options);
  const store = await storedPasswords(config);
  await assertNotDeclared(action, user, knownUsers(config, store), options);
  const sources = { random: options.random === true, env: process.env, terminal: terminalHere(), signal };
  // A user who cannot be added is not asked for a password first.
  edit(config, store, user, '');
  const password = takesPassword ? await newPassword(user, sources) : '';
  const { effect } = await changeCredentials(
    config,
    { editPasswords: (stored) => edit(config, stored, user, password) },
    { command: `fortress users ${action}`, json: options.json === true, signal },
  );
  const shown = options.random ? password : null;
  if (options.json) printJson({ action, user, ...(shown === null ? {} : { password: shown }), effect });
  else {
    print(`✓ ${done(user)}; ${describeEffect(effect)}`);
    if (shown !== null) print(`  password: ${shown}\n  It is shown this once.`);
  }
  return ExitCode.ok;
};

async function list(options: Options): Promise<ExitCode> {
  const config = await openProject(options);
  const users = knownUsers(config, await storedPasswords(config));
  if (options.json) printJson({ users });
  else print(table([['NAME', 'FROM', 'PASSWORD'], ...users.map(row)]));
  return ExitCode.ok;
}

const row = ({ name, origin, password }: KnownUser): string[] => [name, ORIGINS[origin], PLACES[password]];
const ORIGINS = { configuration: 'configuration', added: 'fortress users add' } as const;
const PLACES = {
  configuration: 'in the configuration',
  stored: '.fortress/secrets/passwords.json',
  hashed: 'kept as a hash',
} as const;

const terminalHere = () =>
  process.stdin.isTTY && process.stderr.isTTY ? { input: process.stdin, output: process.stderr } : null;

async function storedPasswords(config: ResolvedConfig): Promise<PasswordStore> {
  const { passwords } = await readStore(config);
  return (passwords === null ? null : parsePasswordStore(passwords)) ?? { users: {} };
}

function checkedName(action: string, name: string | undefined): string {
  if (name === undefined) throw usageError(`fortress users ${action}: whom? Give a name`);
  if (!USER_NAME.test(name)) throw usageError(`found the name "${name}"; expected 1 to 64 letters, digits or . _ @ -`);
  return name;
}

/** What the configuration says is changed in the configuration: the next `up` would undo it. */
async function assertNotDeclared(
  action: keyof typeof ACTIONS,
  user: string,
  users: KnownUser[],
  { config = '.' }: GlobalOptions,
): Promise<void> {
  const declared = users.find(({ name, origin }) => name === user && origin === 'configuration');
  if (!declared || action === 'add') return;
  if (action === 'passwd' && declared.password === 'stored') return;
  const subject = action === 'remove' ? `user ${user} stands` : `the password of user ${user} stands`;
  throw usageError(`${subject} in the configuration`, {
    why: await placeOfUser(config, user),
    hint: 'change it there, then `fortress up`',
  });
}
