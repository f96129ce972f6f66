import { once } from 'node:events';
import type { AddressInfo, Server as NetServer } from 'node:net';

export interface Listening {
  port: number;
  close(): Promise<void>;
}

type Server = NetServer & { closeAllConnections?: () => void };

/** Binds a server to a free port, of 127.0.0.1 unless told otherwise. */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<Listening> {
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      server.closeAllConnections?.();
      await once(server, 'close');
    },
  };
}
