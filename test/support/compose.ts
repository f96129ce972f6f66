import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { hostMirrorLines } from '../../src/images/debian/mirror.js';

/** Debian 12 has only compose 1; this one of Debian 13 needs nothing but the C library. */
const RELEASE = 'trixie';
const CACHE = resolve('node_modules/.cache/fortress-tests');
const FOLDER = `${CACHE}/compose-${RELEASE}`;

/**
 * A PATH with docker's compose on it: this machine's own, or one unpacked from Debian's packages, once.
 * @throws Error when there is neither
 */
export async function pathWithCompose(): Promise<string> {
  const path = process.env['PATH'] ?? '';
  const own = await execa('docker', ['compose', 'version'], { reject: false });
  if (own.exitCode === 0) return path;
  const isCached = await access(FOLDER).then(
    () => true,
    () => false,
  );
  if (!isCached) await unpackCompose();
  return `${FOLDER}/usr/libexec/docker/cli-plugins:${path}`;
}

async function unpackCompose(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${CACHE}/unpacking-`);
  await execa('mmdebstrap', [
    '--variant=extract',
    '--include=docker-compose',
    '--format=directory',
    // As for images: a killed one must not leave the host's /proc and /sys mounted.
    '--skip=chroot/mount,check/qemu,output/dev',
    RELEASE,
    folder,
    ...(await hostMirrorLines(RELEASE)),
  ]);
  // Another process may have been quicker.
  await rename(folder, FOLDER).catch(() => rm(folder, { recursive: true, force: true }));
}
