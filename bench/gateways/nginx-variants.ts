import { formatNginx, parseNginx, rewrite, type Directive } from '../../src/nginx/tree.js';

type Change = (directive: Directive) => Directive[];

const changed =
  (...changes: Change[]) =>
  (configuration: string): string =>
    formatNginx(changes.reduce((tree, change) => rewrite(tree, change), parseNginx(configuration)));

/** As many as the gateway has processors here; "auto" counts all of the machine, whatever a container may use. */
const oneWorker: Change = (directive) =>
  directive.words[0] === 'worker_processes' ? [{ words: ['worker_processes', '1'], block: null }] : [directive];

/** What every request asks for its password; "auth_request off" is at the one that answers. */
const insteadOfAuthRequest =
  (...directives: Directive[]): Change =>
  (directive) =>
    directive.words[0] === 'auth_request' && directive.words[1] !== 'off' ? directives : [directive];

/** The password file of `withBasicAuth`. */
export const BASIC_AUTH_FILE = 'htpasswd.apr1';

/** The gateway as it is. Pure. */
export const unchanged = changed(oneWorker);

/** Nobody is asked for a password. Pure. */
export const withoutPasswords = changed(oneWorker, insteadOfAuthRequest());

/** Passwords are checked where tutorials check them: at every request, in the same server. Pure. */
export const withBasicAuth = changed(
  oneWorker,
  insteadOfAuthRequest(
    { words: ['auth_basic', '"fortress"'], block: null },
    { words: ['auth_basic_user_file', BASIC_AUTH_FILE], block: null },
  ),
);
