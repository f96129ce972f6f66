import { describe, expect, it } from 'vitest';
import { followEvents, type StreamEvent } from '../../../../src/engine/docker/event-stream.js';

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts;
}

async function collect(...parts: (string | Uint8Array)[]): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  await followEvents(chunks(...parts), (event) => events.push(event));
  return events;
}

// What engines really answered, with status 200.
const FAILED_BUILD = [
  '{"stream":"Step 1/2 : FROM fortress/node:none"}\r\n{"stream":"\\n"}\r\n',
  '{"errorDetail":{"message":"pull access denied for fortress/node"},"error":"pull access denied for fortress/node"}\r\n',
];
const FAILED_IMPORT = [
  '{"status":"Importing"}\r\n',
  '{"errorDetail":{"message":"unexpected EOF"},"error":"unexpected EOF"}\r\n',
];

describe('followEvents', () => {
  it('gives every event of a stream that goes well', async () => {
    const events = await collect('{"status":"Pulling from library/nginx","id":"1.30"}\r\n{"status":"Done"}\r\n');
    expect(events.map(({ status }) => status)).toEqual(['Pulling from library/nginx', 'Done']);
  });

  it('turns an errorDetail into an error although the stream ends normally', async () => {
    await expect(collect(...FAILED_BUILD)).rejects.toThrow('pull access denied for fortress/node');
    await expect(collect(...FAILED_IMPORT)).rejects.toThrow('unexpected EOF');
  });

  it('knows the older form of an error', async () => {
    await expect(collect('{"error":"no space left on device"}\n')).rejects.toThrow('no space left on device');
  });

  it('joins lines and letters that were cut in two, and takes a last line without an end', async () => {
    const bytes = new TextEncoder().encode('{"stream":"größer"}\n{"stream":"last"}');
    const events = await collect(bytes.slice(0, 14), bytes.slice(14, 15), bytes.slice(15));
    expect(events).toEqual([{ stream: 'größer' }, { stream: 'last' }]);
  });
});
