import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, operationError, type FortressError } from '../errors.js';
import { writeFileAtomically } from './atomic-write.js';
import { makePrivateFolder, makeStateFolder } from '../private-folder.js';
import {
  credentialFiles,
  readStore,
  type CredentialFile,
  type CredentialLocation,
  type CredentialStore,
} from './store.js';

/**
 * Writes the files that differ from what is on disk and closes all secret ones to other users.
 * Killed at any point it leaves whole files; a key that has no certificate yet is noticed and
 * replaced by the next `prepareCredentials`.
 * @returns the absolute paths that were written
 * @throws FortressError (exit 1) when a file cannot be written
 */
export async function saveCredentials(location: CredentialLocation, wanted: CredentialStore): Promise<string[]> {
  const present = await readStore(location);
  const written: string[] = [];
  for (const file of credentialFiles(location)) {
    const content = wanted[file.part];
    if (content === null) continue;
    try {
      await prepareFolder(location.stateDir, file);
      if (present[file.part] !== content) {
        await writeFileAtomically(file.path, content, file.secret ? 0o600 : 0o644);
        written.push(file.path);
      } else if (file.secret) {
        await chmod(file.path, 0o600);
      }
    } catch (error) {
      throw notWritten(file.path, error);
    }
  }
  return written;
}

async function prepareFolder(stateDir: string, { path, secret }: CredentialFile): Promise<void> {
  if (!secret) {
    await mkdir(dirname(path), { recursive: true });
    return;
  }
  await makeStateFolder(stateDir);
  await makePrivateFolder(dirname(path));
}

const notWritten = (path: string, cause: unknown): FortressError =>
  operationError('CREDENTIALS_NOT_WRITTEN', `${path} cannot be written`, {
    why: messageOf(cause),
    hint: 'make the folder writable for the user who runs fortress, and check the free disk space',
    cause,
  });
