import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { leadsOut } from '../leads-out.js';
import { textOf, type ComposeDocument } from './document.js';
import type { Hazard } from './hazards.js';
import { mountsOf } from './service.js';

/** The paths of the host that containers get to see. */
export interface RealPlaces {
  /** Absolute, without links, of a path as the compose file has it. */
  realPath(path: string): string;
  /** Paths that lead out of the submission, or nowhere. */
  hazards: Hazard[];
}

/**
 * Follows the links in the paths that are mounted into containers, as long as no container runs that
 * could set new ones: what is started names the places themselves.
 */
export async function realPlacesOf(compose: ComposeDocument, root: string): Promise<RealPlaces> {
  const paths = hostPathsOf(compose);
  const places = new Map(
    await Promise.all(paths.map(async ({ path }) => [path, await realPathOf(resolve(root, path))] as const)),
  );
  const isInside = (place: string | null | undefined): boolean => place != null && !leadsOut(relative(root, place));
  return {
    realPath: (path) => places.get(path) ?? resolve(root, path),
    hazards: paths
      .filter(({ path }) => !isInside(places.get(path)))
      .map(({ where, path }) => ({ where, why: `"${path}" is a link that leads out of the submission, or nowhere` })),
  };
}

/** What is bound into containers: volumes, and the files of configs and secrets, which compose binds too. */
export const hostPathsOf = ({ services, configs, secrets }: ComposeDocument): { where: string; path: string }[] => [
  ...Object.entries(services).flatMap(([name, service]) =>
    mountsOf(service)
      .filter(({ type }) => type === 'bind')
      .map(({ source }) => ({ where: `services.${name}.volumes`, path: source })),
  ),
  ...Object.entries({ configs, secrets }).flatMap(([section, parts]) =>
    Object.entries(parts)
      .map(([name, { file }]) => ({ where: `${section}.${name}.file`, path: textOf(file) }))
      .filter(({ path }) => path !== ''),
  ),
];

/**
 * What is not there yet is made by the engine, below what is.
 * @returns null for a link that leads nowhere: its target could still be made, by a container
 */
async function realPathOf(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  if (real !== null) return real;
  if (await lstat(path).catch(() => null)) return null;
  const parent = await realPathOf(dirname(path));
  return parent === null ? null : join(parent, basename(path));
}
