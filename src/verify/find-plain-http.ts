import type { Reply } from './reply.js';

/**
 * Which of some origins is the plain HTTP of a gateway: the first that redirects, else the first that answers at all.
 * @param ask requests the same path of each
 * @returns null when none answers
 */
export async function findPlainHttp(
  origins: readonly string[],
  ask: (origin: string) => Promise<Pick<Reply, 'status'>>,
): Promise<string | null> {
  const answers = await Promise.all(origins.map(async (origin) => ({ origin, status: (await ask(origin)).status })));
  const redirecting = answers.find(({ status }) => status !== null && status >= 300 && status < 400);
  return (redirecting ?? answers.find(({ status }) => status !== null))?.origin ?? null;
}
