import { configError, messageOf } from '../../errors.js';

/**
 * Reads something that the configuration names.
 * @param key where it names it: `apis.v1.build`
 * @throws FortressError (exit 2) naming the file
 */
export function reading<Result>(
  key: string,
  file: string,
  read: () => Result,
  hint = 'make it readable, or name it in .dockerignore where the image does not need it',
): Result {
  try {
    return read();
  } catch (error) {
    throw configError(`${key}: ${file} cannot be read`, { why: messageOf(error), hint, cause: error });
  }
}
