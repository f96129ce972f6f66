import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';

export interface ZipEntry {
  name: string;
  data?: string | Buffer;
  /** Unix mode with the file's type; 0: none, as MS-DOS archivers do. */
  mode?: number;
  /** General purpose bits; 1 is "encrypted". */
  flags?: number;
  /** What the directory claims the content has, in bytes. */
  claimedSize?: number;
  /** Whose local header the directory points to, by place; default: its own. */
  bytesOf?: number;
}

/** A zip, byte by byte, so that it can be as wrong as an attacker's. */
export function zip(entries: ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = Buffer.concat([header(entry, 'local'), Buffer.from(entry.name), packed(entry)]);
    offsets.push(offset);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(
    entries.map((entry, index) =>
      Buffer.concat([header(entry, 'central', offsets[entry.bytesOf ?? index]), Buffer.from(entry.name)]),
    ),
  );
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const contentOf = ({ data = '' }: ZipEntry): Buffer => Buffer.from(data);
const packed = (entry: ZipEntry): Buffer => deflateRawSync(contentOf(entry));

function header(entry: ZipEntry, kind: 'local' | 'central', offset = 0): Buffer {
  const { name, mode = 0, flags = 0, claimedSize } = entry;
  const bytes = Buffer.alloc(kind === 'local' ? 30 : 46);
  const shift = kind === 'local' ? 0 : 2;
  bytes.writeUInt32LE(kind === 'local' ? 0x04034b50 : 0x02014b50, 0);
  bytes.writeUInt16LE(20, 4 + shift);
  bytes.writeUInt16LE(flags, 6 + shift);
  bytes.writeUInt16LE(8, 8 + shift);
  bytes.writeUInt32LE(crc32(contentOf(entry)), 14 + shift);
  bytes.writeUInt32LE(packed(entry).length, 18 + shift);
  bytes.writeUInt32LE(claimedSize ?? contentOf(entry).length, 22 + shift);
  bytes.writeUInt16LE(Buffer.byteLength(name), 26 + shift);
  if (kind === 'central') {
    bytes.writeUInt32LE(mode * 0x10000, 38);
    bytes.writeUInt32LE(offset, 42);
  }
  return bytes;
}

export type TarEntry = Partial<Header> & { name: string; data?: string | Buffer };

export async function tar(entries: TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { data = '', ...entry } of entries) archive.entry(entry as Header, data as string);
  archive.finalize();
  return buffer(archive);
}

export const tgz = async (entries: TarEntry[]): Promise<Buffer> => gzipSync(await tar(entries));
