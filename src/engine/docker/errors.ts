import { FortressError, messageOf, operationError } from '../../errors.js';

const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;

/** The engine has no such thing: for a removal, that is as good as done. */
export const isMissing = (error: unknown): boolean => statusOf(error) === 404;

/** The engine says that a container is already as it was told to be. */
export const isUnchanged = (error: unknown): boolean => statusOf(error) === 304;

/** Someone else is removing the same thing right now. */
export const isBeingRemoved = (error: unknown): boolean =>
  statusOf(error) === 409 && /removal .* already in progress/i.test(messageOf(error));

/** Something else needs it: of an image, a container. */
export const isInUse = (error: unknown): boolean => statusOf(error) === 409;

/** Ignores the errors that mean "nothing left to do". */
export async function tolerate(call: Promise<unknown>, ...harmless: ((error: unknown) => boolean)[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!harmless.some((isHarmless) => isHarmless(error))) throw error;
  }
}

/** "Bind for 0.0.0.0:80 failed: port is already allocated", "listen tcp6 [::]:80: bind: address already in use", … */
const PORT_TAKEN =
  /(?:bind for|bind host port(?: for)?|listen tcp[46]?) (?:\[[^\]]*\]|::|[\d.]*):(\d+)\b.*already (?:allocated|in use)/i;

/** Says what the engine refused, in words that help. */
export function explainEngineError(error: unknown, action: string): FortressError {
  if (error instanceof FortressError) return error;
  const why = messageOf(error).replace(/^\(HTTP code \d+\) [^-]*- /, '');
  const port = PORT_TAKEN.exec(why)?.[1];
  if (port !== undefined) {
    return operationError('PORT_TAKEN', `port ${port} is taken`, {
      why,
      hint: `stop what listens there, or choose another port in fortress.config.ts`,
      cause: error,
    });
  }
  return operationError('ENGINE_REFUSED', `${action} failed`, { why, cause: error });
}
