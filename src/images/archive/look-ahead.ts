/**
 * Takes the first bytes of a stream without taking them away.
 * @param count how many are wanted; there are fewer when the stream is shorter
 * @returns `head`: at least these; `all`: the whole stream
 */
export async function lookAhead(
  bytes: AsyncIterable<Buffer>,
  count: number,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < count) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  return { head, all: withHead(head, iterator) };
}

async function* withHead(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
