import { ExitCode, FortressError } from '../../errors.js';

interface Explanation {
  why: string;
  hint: string;
  cause?: unknown;
}

/** The file is none that can be loaded here: exit 2. */
export const unsuitableBundle = (message: string, explanation: Explanation): FortressError =>
  new FortressError('BUNDLE_UNSUITABLE', ExitCode.usage, message, explanation);

/** The file was a bundle and is not whole any more: exit 2. */
export const damagedBundle = (file: string, why: string, cause?: unknown): FortressError =>
  new FortressError('BUNDLE_DAMAGED', ExitCode.usage, `${file} is damaged; nothing was loaded`, {
    why,
    hint: 'copy it again and compare checksums (sha256sum); or save it again',
    cause,
  });
