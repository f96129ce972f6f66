import { ExitCode, FortressError } from '../../errors.js';
import { visible } from '../../report/print.js';

/** A submission that is not unpacked: exit 2. Names come from the archive and are shown without control characters. */
export const refusal = (what: string, why: string, hint?: string): FortressError =>
  new FortressError('SUBMISSION_REFUSED', ExitCode.usage, visible(what), { why: visible(why), hint });

/** The same, because of one entry. */
export const refuseEntry = (name: string, why: string, hint?: string): FortressError =>
  refusal(`the submission was refused because of "${shortened(name)}"`, why, hint);

const LONGEST_SHOWN = 200;

const shortened = (name: string): string => (name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name);
