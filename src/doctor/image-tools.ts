import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What building images from Debian packages takes: a package, and a file of it that shows it is there. */
const TOOLS = [
  { package: 'mmdebstrap', command: 'mmdebstrap' },
  { package: 'debian-archive-keyring', file: '/usr/share/keyrings/debian-archive-keyring.gpg' },
] as const;

/** Unpacking as another user than root takes this one too. */
const UNPRIVILEGED_TOOL = { package: 'uidmap', command: 'newuidmap' } as const;

/** The Debian packages that are missing for building images here. */
export async function missingImageTools(): Promise<string[]> {
  const wanted = process.getuid?.() === 0 ? TOOLS : [...TOOLS, UNPRIVILEGED_TOOL];
  const present = await Promise.all(
    wanted.map((tool) => ('file' in tool ? isThere(tool.file, constants.R_OK) : hasCommand(tool.command))),
  );
  return wanted.filter((_, index) => present[index] !== true).map((tool) => tool.package);
}

/** Whether a command can be called, also from the folders that only root has in its PATH. */
export async function hasCommand(name: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter(
    (folder) => folder !== '',
  );
  const found = await Promise.all(folders.map((folder) => isThere(join(folder, name), constants.X_OK)));
  return found.includes(true);
}

const isThere = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );
