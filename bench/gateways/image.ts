import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEBIAN_RELEASE, readRecipe, type Recipe } from '../../src/images/debian/recipes.js';
import { packRootFileSystem } from '../../src/images/debian/root-file-system.js';
import type { ImageStore, TransferOptions } from '../../src/images/image-store.js';

/** The other gateways, who asks them (wrk, openssl), and what hashes passwords with bcrypt (mkpasswd). */
const PACKAGES = ['haproxy', 'caddy', 'wrk', 'openssl', 'whois'];

/** The project's own nginx image, and beside it what it is compared and asked with: all from one Debian release. */
function gatewaysRecipe(): Recipe {
  const { packages, hooks, changes } = readRecipe('nginx');
  return { packages: [...packages, ...PACKAGES], hooks, changes };
}

/**
 * Makes the image that everything here runs in, unless the engine has it.
 * @returns its reference
 * @throws FortressError (exit 3) when Debian's packages cannot be had
 */
export async function ensureImage(store: ImageStore, options: TransferOptions): Promise<string> {
  const recipe = gatewaysRecipe();
  const hash = createHash('sha256')
    .update(JSON.stringify([DEBIAN_RELEASE, recipe]))
    .digest('hex')
    .slice(0, 12);
  const reference = `fortress/bench-gateways:debian-${hash}`;
  if (await store.exists(reference)) return reference;
  const folder = await mkdtemp(join(tmpdir(), 'fortress-bench-'));
  try {
    const tarFile = join(folder, 'root.tar');
    await packRootFileSystem(recipe, await store.architecture(), tarFile, options);
    options.report('importing the image');
    await store.importTar(createReadStream(tarFile), reference, recipe.changes, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return reference;
}
