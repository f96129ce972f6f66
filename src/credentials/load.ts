import type { ResolvedConfig } from '../config/resolved.js';
import { readOwnFiles } from './own-files.js';
import { prepareCredentials, type CredentialRequest, type PreparedCredentials } from './prepare.js';
import { readStore } from './store.js';

/**
 * Works out the credentials of a stack from what lies on disk now. Writes nothing.
 * @throws FortressError as `readStore`, `readOwnFiles` and `prepareCredentials` do
 */
export async function loadCredentials(
  config: ResolvedConfig,
  now: Date,
  request: CredentialRequest = {},
): Promise<PreparedCredentials> {
  const [stored, own] = await Promise.all([readStore(config), readOwnFiles(config.gateway.tls.own)]);
  return prepareCredentials(config, stored, now, { ...request, own });
}
