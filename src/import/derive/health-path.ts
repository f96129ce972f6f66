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
  const { beside, others } = sourcesOf(service, files);
  return inProgram(beside) ?? inProgram(others) ?? { path: '/', from: null };
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

/** Programs beside the Dockerfile, and those of the context that no other Dockerfile lies beside. */
function sourcesOf(
  { build }: ComposeService,
  { names, texts }: ProjectFiles,
): { beside: [string, string][]; others: [string, string][] } {
  if (build?.context == null) return { beside: [], others: [] };
  const { context } = build;
  const folder = build.file === null ? context : folderOf(build.file);
  const foreign = names.filter((name) => /dockerfile$/i.test(name)).map(folderOf);
  const isForeign = (name: string): boolean => foreign.some((other) => !liesIn(folder, other) && liesIn(name, other));
  const python = [...texts].filter(
    ([name]) => name.endsWith('.py') && liesIn(name, context) && !/(?:^|\/)tests?\//.test(name),
  );
  return {
    beside: python.filter(([name]) => liesIn(name, folder)),
    others: python.filter(([name]) => !liesIn(name, folder) && !isForeign(name)),
  };
}

const folderOf = (name: string): string => (name.includes('/') ? posix.dirname(name) : '');
