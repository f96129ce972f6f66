/** One line of what the engine streams while it pulls, imports or builds. */
export interface StreamEvent {
  /** Output of a build. */
  stream?: string;
  status?: string;
  /** Layer. */
  id?: string;
  /** Bytes. */
  progressDetail?: { current?: number; total?: number };
  error?: string;
  errorDetail?: { message?: string };
}

/**
 * Follows a stream of JSON lines to its end. The engine answers 200 before it begins, so a failure
 * comes as an event inside the stream, which then ends as if all were well.
 * @throws Error with the engine's message for such an event
 */
export async function followEvents(
  stream: AsyncIterable<Uint8Array | string>,
  onEvent: (event: StreamEvent) => void,
): Promise<void> {
  for await (const line of lines(stream)) {
    const event = JSON.parse(line) as StreamEvent;
    const failure = event.errorDetail?.message ?? event.error;
    if (failure !== undefined) throw new Error(failure);
    onEvent(event);
  }
}

async function* lines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((part) => part.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}
