import { readFile } from 'node:fs/promises';
import type { OwnCertificatePaths } from '../config/resolved.js';
import { configError, messageOf } from '../errors.js';

/** What the files of a person's own certificate hold, as text. */
export interface OwnCertificateFiles {
  certificate: string;
  certificateKey: string;
  ca: string | null;
}

/**
 * Reads a certificate that is not fortress's; writes nothing, ever.
 * @param paths null: fortress makes the certificate itself
 * @throws FortressError (exit 2) naming the key whose file cannot be read
 */
export async function readOwnFiles(paths: OwnCertificatePaths | null): Promise<OwnCertificateFiles | null> {
  if (paths === null) return null;
  // One after the other: of several that cannot be read it is always the first that is named.
  return {
    certificate: await read('certificate', paths.certificate),
    certificateKey: await read('certificateKey', paths.certificateKey),
    ca: paths.ca === null ? null : await read('ca', paths.ca),
  };
}

async function read(key: keyof OwnCertificatePaths, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw configError(`gateway.tls.${key}: found "${path}", which cannot be read`, {
      why: messageOf(error),
      hint: 'correct the path, which is relative to the folder of the configuration, or the permissions of the file',
      cause: error,
    });
  }
}
