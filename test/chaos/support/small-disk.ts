import { statfs, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  /** Takes all room but so many KiB. */
  fill(leave: number): Promise<void>;
  free(): Promise<void>;
  unmount(): Promise<void>;
}

const FILLER = 'filler';

/**
 * Mounts a small file system in memory over an empty folder.
 * @param mebibytes its size
 * @throws Error where that is not allowed: these tests are nothing without it
 */
export async function mountSmallDisk(folder: string, mebibytes: number): Promise<SmallDisk> {
  const { exitCode, stderr } = await execa(
    'mount',
    ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'chaos', folder],
    { reject: false },
  );
  if (exitCode !== 0) {
    throw new Error(`no file system could be mounted on ${folder}; this test needs root on Linux: ${stderr}`);
  }
  const filler = join(folder, FILLER);
  return {
    async fill(leave) {
      const { bavail, bsize } = await statfs(folder);
      await writeFile(filler, Buffer.alloc(bavail * bsize - leave * 1024));
    },
    free: () => unlink(filler),
    unmount: async () => void (await execa('umount', ['--lazy', folder])),
  };
}
