import { connect, type Connection } from './connect.js';

/**
 * A connection that cannot change anything: whatever is not a GET is refused before it leaves this
 * process. `fortress plan` works with it, so that its promise does not rest on care.
 */
export async function connectReadOnly(): Promise<Connection> {
  const connection = await connect();
  const modem = connection.docker.modem as {
    dial(options: { method?: string; path?: string }, callback: unknown): void;
  };
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback) => {
    if (options.method !== 'GET') throw new Error(`read-only client: refused ${options.method} ${options.path}`);
    dial(options, callback);
  };
  return connection;
}
