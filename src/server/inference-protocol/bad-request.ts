/** Something of a stranger's, of whatever type, as it may stand in a message. */
export const quote = (name: unknown): string => (typeof name === 'string' ? JSON.stringify(name.slice(0, 64)) : '?');

/** An error of the caller's, as fastify passes it on: its message is the answer. */
export const badRequest = (message: string, statusCode: 400 | 404 | 415 = 400): Error =>
  Object.assign(new Error(message), { statusCode });
