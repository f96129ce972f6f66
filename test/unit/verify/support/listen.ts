import { once } from 'node:events';
import type { AddressInfo, Server as NetServer } from 'node:net';

export interface Listening {
  port: number;
  close(): Promise<void>;
}

type Server = NetServer & { closeAllConnections?: () => void };

/** Binds a server to a free port of 127.0.0.1. */
export async function listen(server: Server, port = 0): Promise<Listening> {
  server.listen(port, '127.0.0.1');
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
