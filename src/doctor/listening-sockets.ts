import { readFile } from 'node:fs/promises';

/** A TCP socket that waits for connections, from the kernel's table. */
export interface ListeningSocket {
  /** `127.0.0.1`, `0.0.0.0`, `::`, … */
  address: string;
  port: number;
  inode: string;
}

const LISTEN = '0A';

/** The listening TCP sockets of this machine; none where there is no /proc. */
export async function listeningSockets(): Promise<ListeningSocket[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return tables.flatMap(parseSocketTable);
}

/** Reads the text of /proc/net/tcp or /proc/net/tcp6. Pure. */
export function parseSocketTable(text: string): ListeningSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const [address, port] = local?.split(':') ?? [];
      if (state !== LISTEN || address === undefined || port === undefined || inode === undefined) return [];
      return [{ address: parseAddress(address), port: Number.parseInt(port, 16), inode }];
    });
}

/** The kernel prints each 32-bit word in the machine's byte order; every platform of Node's here is little-endian. */
function parseAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    Buffer.from(bytes)
      .readUInt16BE(index * 2)
      .toString(16),
  );
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
