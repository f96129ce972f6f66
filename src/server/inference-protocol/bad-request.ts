/** An error of the caller's, as fastify passes it on: its message is the answer. */
export const badRequest = (message: string, statusCode: 400 | 404 | 415 = 400): Error =>
  Object.assign(new Error(message), { statusCode });
