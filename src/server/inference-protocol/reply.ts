import type { FastifyReply } from 'fastify';

/**
 * Sends JSON that is already text. As bytes, since fastify would add a charset to the type of a text,
 * and some clients look for exactly this type.
 */
export const sendJson = (reply: FastifyReply, json: string): FastifyReply =>
  reply.header('content-type', 'application/json').send(Buffer.from(json));
