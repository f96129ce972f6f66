import { join, relative, resolve } from 'node:path';
import { readDockerfile, type DockerfileFacts } from '../dockerfile.js';
import { buildOf } from '../compose/service.js';
import { readText } from '../files.js';
import type { Project } from '../project.js';

/** A service that is built, with its Dockerfile. */
export interface BuiltService {
  service: string;
  /** Relative to the project. */
  file: string;
  /** null: it is not there. */
  facts: DockerfileFacts | null;
}

/** The Dockerfiles that the compose file builds from; those that depend on a variable are left out. */
export async function dockerfilesOf({ root, compose }: Project): Promise<BuiltService[]> {
  const built = Object.entries(compose.services).flatMap(([service, settings]) => {
    const build = buildOf(settings);
    if (!build || build.inline || `${build.context}${build.dockerfile}`.includes('$')) return [];
    const file = relative(root, resolve(root, build.context, build.dockerfile));
    return file.startsWith('..') ? [] : [{ service, file }];
  });
  return Promise.all(
    built.map(async ({ service, file }) => {
      const text = await readText(root, join(file));
      return { service, file, facts: text === null ? null : readDockerfile(text) };
    }),
  );
}
