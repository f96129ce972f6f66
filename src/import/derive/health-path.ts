import { posix } from 'node:path';
import { isMapping, itemsOf, textOf } from '../../grade/compose/document.js';
import type { ComposeService } from '../compose/read-compose.js';
import { pathOfCheck } from '../dockerfile.js';
import type { ProjectFiles } from '../project-files.js';
import { liesIn } from '../tree-path.js';

interface HealthPath {
  path: string;
  /** What says so; null: nothing does, it is a guess. */
  from: string | null;
}

/** Paths at which programs say that they are well, the usual ones first. */
const USUAL = ['/health', '/healthz', '/ready', '/readyz', '/livez', '/ping', '/status', '/'];

/** Where an API says that it is well: what its checks ask, what its program answers, else what is usual. Pure. */
export function healthPathOf(service: ComposeService, files: ProjectFiles): HealthPath {
  const { healthcheck } = service.settings;
  const test = isMapping(healthcheck) ? itemsOf(healthcheck['test']).map(textOf).join(' ') : '';
  const asked = pathOfCheck(test);
  if (asked !== null && isPath(asked)) return { path: asked, from: `healthcheck of ${service.name}` };
  const own = service.imageFacts?.healthPath ?? null;
  if (own !== null && isPath(own))
    return { path: own, from: `HEALTHCHECK of ${service.build?.file ?? 'the Dockerfile'}` };
  return inProgram(sourcesOf(service, files)) ?? { path: '/', from: null };
}

const isPath = (path: string): boolean => /^\/[\w./~-]*$/.test(path);

function inProgram(sources: [string, string][]): HealthPath | null {
  for (const path of USUAL) {
    const route = new RegExp(String.raw`\.(?:get|route|api_route)\(\s*["']${path.replaceAll('/', String.raw`\/`)}["']`);
    const found = sources.find(([, text]) => route.test(text));
    if (found) return { path, from: `the route "${path}" in ${found[0]}` };
  }
  const fastApi = sources.find(([, text]) => /\bFastAPI\(/.test(text) && !/openapi_url\s*=/.test(text));
  return fastApi ? { path: '/openapi.json', from: `FastAPI in ${fastApi[0]} describes itself there` } : null;
}

/** Beside the Dockerfile; elsewhere in the context only when nothing lies there. */
function sourcesOf({ build }: ComposeService, { texts }: ProjectFiles): [string, string][] {
  if (build?.context == null) return [];
  const { context } = build;
  const python = [...texts].filter(
    ([name]) => name.endsWith('.py') && liesIn(name, context) && !/(?:^|\/)tests?\//.test(name),
  );
  const folder = build.file === null ? '' : posix.dirname(build.file);
  const beside = python.filter(([name]) => folder !== '.' && folder !== '' && liesIn(name, folder));
  return beside.length > 0 ? beside : python;
}
