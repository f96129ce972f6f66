import { PASSWORD, PASSWORD_EXPECTED } from '../config/schema.js';
import { randomPassword } from '../credentials/passwords.js';
import { usageError } from '../errors.js';
import { askHidden, type Terminal } from './ask-password.js';

/** Where a password may be given: arguments are seen by every user of the machine, the environment is not. */
export const PASSWORD_VARIABLE = 'FORTRESS_USER_PASSWORD';

export interface PasswordSources {
  random: boolean;
  env: NodeJS.ProcessEnv;
  /** null: there is nobody who could be asked. */
  terminal: Terminal | null;
  signal: AbortSignal;
}

/**
 * A new password: a random one, that of the environment, or one that is typed twice.
 * @throws FortressError (exit 2) when there is none, or it is not one that clients can send
 */
export async function newPassword(user: string, { random, env, terminal, signal }: PasswordSources): Promise<string> {
  if (random) return randomPassword();
  const given = env[PASSWORD_VARIABLE];
  if (given !== undefined) return checked(given, PASSWORD_VARIABLE);
  if (terminal === null) {
    throw usageError(`there is no password for ${user}`, {
      why: 'there is no terminal to ask on',
      hint: `give it as ${PASSWORD_VARIABLE} in the environment, or have one made: --random`,
    });
  }
  const typed = checked((await askHidden(`Password for ${user}: `, terminal, signal)) ?? '', 'the password');
  if ((await askHidden('The same again: ', terminal, signal)) !== typed) {
    throw usageError('the two passwords are not the same', { hint: 'nothing was changed; try again' });
  }
  return typed;
}

function checked(password: string, source: string): string {
  if (PASSWORD.test(password)) return password;
  const what = password === '' ? 'is empty' : `has ${password.length} characters, not all of them usable`;
  throw usageError(`${source} ${what}; expected ${PASSWORD_EXPECTED}`);
}
