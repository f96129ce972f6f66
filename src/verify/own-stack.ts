import type { ResolvedConfig } from '../config/resolved.js';
import { parsePasswordStore, resolvePasswords } from '../credentials/passwords.js';
import { readStore } from '../credentials/store.js';
import { operationError } from '../errors.js';
import { readModelMetadata } from '../model/read-metadata.js';
import type { OwnCredentials } from './own-target.js';

/**
 * The credentials with which `up` made the stack.
 * @throws FortressError (exit 1) when there are none, so no stack was ever made
 */
export async function readOwnCredentials(config: ResolvedConfig): Promise<OwnCredentials> {
  const { caCertificate, passwords } = await readStore(config);
  const known = passwords === null ? null : parsePasswordStore(passwords);
  const { users, grafana, made } = resolvePasswords(config, known ?? { users: {} });
  const [first] = users;
  if (caCertificate === null || first === undefined || made.includes(`user ${first.name}`)) {
    throw operationError('NO_CREDENTIALS', `No credentials of ${config.project} in ${config.stateDir}`, {
      why: caCertificate === null ? 'There is no CA certificate.' : 'There is no password of the first user.',
      hint: 'Make the stack first: `fortress up`.',
    });
  }
  return {
    user: first.name,
    password: first.password,
    caCertificate,
    grafanaPassword: made.includes('Grafana') ? null : grafana,
  };
}

/**
 * The labels that the default API may answer with.
 * @throws FortressError (exit 2) when the model is missing or broken
 */
export async function readOwnLabels({ apis, routes }: ResolvedConfig): Promise<string[]> {
  const api = apis.find(({ name }) => name === routes.default);
  return api ? (await readModelMetadata(api.model)).labels : [];
}
