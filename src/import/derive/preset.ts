import type { RouteConfig, UserConfig } from '../../config/types.js';
import type { ImportContext } from './context.js';
import { findUsers } from './users.js';

interface PresetFound {
  name: 'default' | 'exam';
  /** null: those of the preset. */
  users: (string | UserConfig)[] | null;
}

/** The course's contract is known by its header; its well-known password belongs to nothing else. */
export function derivePreset(routes: readonly RouteConfig[], context: ImportContext): PresetFound {
  const { notes } = context;
  const isExam = routes.some(({ header, value }) => header === 'X-Experiment-Group' && value === 'debug');
  const { users, file } = findUsers(context);
  if (isExam && users.length === 0 && usesAdmin(context) !== null) {
    notes.carry('preset', `${usesAdmin(context)}: calls the API as admin with the password admin`);
    return { name: 'exam', users: null };
  }
  const hasAdmin = users.some(({ name, password }) => name === 'admin' && password === 'admin');
  if (isExam && hasAdmin) {
    notes.carry('preset', `${file}: admin with the password admin, as the course prescribes`);
    return { name: 'exam', users: users.length === 1 ? null : withPasswords(users, true, file, context) };
  }
  if (users.length === 0) return { name: 'default', users: ['admin'] };
  return { name: 'default', users: withPasswords(users, isExam, file, context) };
}

function withPasswords(
  users: UserConfig[],
  isExam: boolean,
  file: string | null,
  { notes }: ImportContext,
): (string | UserConfig)[] {
  notes.carry('gateway.users', `${file}: ${users.map(({ name }) => name).join(', ')}`);
  const anew = users.filter(({ password }) => !isExam || password === undefined);
  if (anew.length > 0)
    notes.leave(
      `the password of ${anew.map(({ name }) => name).join(', ')}`,
      file ?? '',
      anew.some(({ password }) => password !== undefined)
        ? 'a password that anybody can guess protects nothing'
        : 'only its hash is known',
      'a random one is made by `fortress up` and kept in .fortress/secrets/passwords.json; `fortress users passwd NAME` sets another',
    );
  return users.map((user) => (anew.includes(user) ? user.name : user));
}

/** A file that calls the API as the course's script does. */
function usesAdmin({ files }: ImportContext): string | null {
  for (const [file, text] of files.texts) {
    if (!/\.(?:sh|py|md)$|(?:^|\/)makefile$/i.test(file)) continue;
    if (
      /(?<![\w.@-])admin:admin(?![\w-])|["']admin["']\s*,\s*["']admin["']|htpasswd\b[^\n]*\sadmin\s+["']?admin\b/.test(
        text,
      )
    )
      return file;
  }
  return null;
}
