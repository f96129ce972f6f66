import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf, usageError } from '../errors.js';
import { parseProfile, type Profile } from './profile.js';

/**
 * Reads a profile; its `ca` is a path relative to the profile.
 * @throws FortressError (exit 2) when the file cannot be read or is no profile
 */
export async function readProfile(file: string): Promise<Profile> {
  const profile = parseProfile(await readText(file), file);
  return profile.ca === undefined ? profile : { ...profile, ca: resolve(dirname(file), profile.ca) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(`--profile ${file}: the file cannot be read`, {
      why: messageOf(error),
      hint: 'Name a JSON file; docs/verify.md describes its keys.',
    });
  }
}
