import { posix } from 'node:path';
import type { ComposeService } from '../compose/read-compose.js';
import { interpolate } from '../compose/interpolate.js';
import { pairsOf } from '../../grade/compose/document.js';
import type { Notes } from '../notes.js';
import type { ProjectFiles } from '../project-files.js';
import { loadNginx } from './load.js';
import type { Directive } from './parse.js';

interface GatewayNginx {
  directives: Directive[];
  /** In the container: what paths are relative to. */
  folder: string;
}

const USUAL = '/etc/nginx';

/** What OpenResty's image reads first. */
const OPENRESTY = '/usr/local/openresty/nginx/conf/nginx.conf';

/** Where a main file may lie that is named on the command line. */
const ELSEWHERE = [
  '/*/nginx.conf',
  '/*/*/nginx.conf',
  '/*/*/*/nginx.conf',
  '/*/*/*/*/nginx.conf',
  '/*/*/*/*/*/nginx.conf',
];

/**
 * The configuration that the gateway's container runs, from the file that nginx reads first: its own, else those
 * that the official image includes, else the only one that the project has.
 * @throws FortressError (exit 2) naming file, line and what was found there
 */
export function readGatewayNginx(gateway: ComposeService | null, files: ProjectFiles, notes: Notes): GatewayNginx {
  const view = gateway?.view ?? null;
  const main = [`${USUAL}/nginx.conf`, OPENRESTY, ...ELSEWHERE].flatMap((path) => view?.matching(path) ?? [])[0];
  if (main && view) return { directives: loadNginx(main, view, notes), folder: posix.dirname(main.path) };
  const parts = view ? [...view.matching('/etc/nginx/conf.d/*.conf'), ...templatesOf(gateway)] : [];
  if (parts.length > 0 && view)
    return { directives: parts.flatMap((part) => loadNginx(part, view, notes)), folder: USUAL };
  const file = onlyOne(files);
  if (file === null) {
    notes.leave(
      'the gateway',
      files.names.filter(isNginxFile).slice(0, 5),
      'no nginx.conf was found that a service of the compose file runs',
      'compare the keys of gateway by hand',
    );
    return { directives: [], folder: USUAL };
  }
  notes.leave(
    `${file} as the gateway's configuration`,
    file,
    'no service of the compose file was seen to read it: it was taken as the only one that there is',
    'compare the keys of gateway by hand',
  );
  const entry = { path: '/etc/nginx/nginx.conf', file, text: files.texts.get(file) ?? '' };
  return { directives: loadNginx(entry, view ?? { nameOf: () => null, matching: () => [] }, notes), folder: USUAL };
}

/** `/etc/nginx/templates/*.template`: the image fills in the variables of its environment. */
function templatesOf(gateway: ComposeService | null): { path: string; file: string; text: string }[] {
  if (gateway === null) return [];
  const values = pairsOf(gateway.settings['environment']);
  return gateway.view.matching('/etc/nginx/templates/*.template').map(({ path, file, text }) => ({
    path: `/etc/nginx/conf.d/${posix.basename(path, '.template')}`,
    file,
    text: text.replaceAll(/\$\{?(?<name>\w+)\}?/g, (whole, ...rest) => {
      const { name = '' } = rest.at(-1) as { name?: string };
      return name in values ? interpolate(values[name] ?? '', {}) : whole;
    }),
  }));
}

const isNginxFile = (name: string): boolean => /(?:^|\/)(?:nginx|default)[\w.-]*\.conf$|\.conf\.template$/i.test(name);

function onlyOne({ names, texts }: ProjectFiles): string | null {
  const found = names.filter((name) => isNginxFile(name) && /\bserver\s*\{/.test(texts.get(name) ?? ''));
  const [only, ...others] = found;
  return only !== undefined && others.length === 0 ? only : null;
}
