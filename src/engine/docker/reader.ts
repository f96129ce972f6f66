import type Docker from 'dockerode';
import type { EngineReader } from '../engine.js';
import { FILES_CURRENT } from '../../stack/stack.js';
import type { Connection } from './connect.js';
import { lastLogLines, streamLogs } from './logs.js';
import { observe, readContainerFile } from './observe.js';

/** An engine that can be looked at and not touched. */
export function createDockerReader({ docker, version, architecture, address }: Connection): EngineReader {
  return {
    describe: () => `Docker Engine ${version} (linux/${architecture}) at ${address.url}`,
    observe: (project) => observe(docker, project),
    readFiles: (container, paths) => readFiles(docker, container, paths),
    lastLogLines: (container, count) => lastLogLines(docker, container, count),
    logs: (container, options) => streamLogs(docker, container, options),
  };
}

async function readFiles(docker: Docker, container: string, paths: string[]): Promise<Map<string, string>> {
  const entries = await Promise.all(
    paths.map(async (path) => [path, await readContainerFile(docker, container, `${FILES_CURRENT}/${path}`)] as const),
  );
  return new Map(entries.flatMap(([path, content]) => (content === null ? [] : [[path, content]])));
}
