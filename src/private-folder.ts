import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a folder that only its owner may enter, or closes one that is there. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
}

/** Makes a project's state folder: private, and out of git whatever the project's own .gitignore says. */
export async function makeStateFolder(stateDir: string): Promise<void> {
  await makePrivateFolder(stateDir);
  await writeFile(join(stateDir, '.gitignore'), '*\n');
}
