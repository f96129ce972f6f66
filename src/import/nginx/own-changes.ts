import type { ResolvedConfig } from '../../config/resolved.js';
import { NGINX_FILES } from '../../export/exam/paths.js';
import { readTemplate } from '../../export/exam/templates.js';
import { everyReplica } from '../../export/serving.js';
import { createRenderer, projectTemplates } from '../../render/template.js';
import { gatewayView } from '../../render/views.js';
import { buildStack, type StackFacts } from '../../stack/build.js';
import { VERSION } from '../../version.js';
import type { Notes } from '../notes.js';
import type { ProjectFiles } from '../project-files.js';
import { placeOf, parseNginx, textOfDirective, type Directive } from './parse.js';

/**
 * Tells what in a gateway's files, which fortress wrote once, is not what it would write for the configuration that
 * came of them: what somebody has changed by hand, or an earlier fortress did otherwise.
 * @param file its nginx.conf
 */
export function leaveOwnChanges(file: string, config: ResolvedConfig, { texts }: ProjectFiles, notes: Notes): void {
  const text = texts.get(file) ?? '';
  const isManaged = /written by fortress from fortress\.config\.ts/i.test(text);
  const leave = (what: string, directives: Directive[], { where, why }: { where: string[]; why: string }): void => {
    if (directives.length > 0) notes.leave(`${what}: ${shown(directives)}`, where, why, TEMPLATE);
  };
  // What it includes is left aside: secrets are in it, and a file of somebody's own is a line that includes it.
  const { added, missing } = compare(parseNginx(text, file), parseNginx(rendered(config, isManaged), file));
  leave(`not what fortress ${VERSION} writes`, added, {
    where: added.slice(0, MOST).map(placeOf),
    why: 'there is no key for it in fortress.config.ts',
  });
  // A line that has another value now was told of above.
  const gone = missing.filter(({ name }) => !added.some((directive) => directive.name === name));
  leave(`taken out of what fortress ${VERSION} writes`, gone, { where: [file], why: 'fortress writes it again' });
  for (const script of ['logins.js', 'metrics.js']) {
    const path = file.replace(/[^/]*$/, script);
    if (!texts.has(path) || texts.get(path) === readTemplate(`nginx/${script}`)) continue;
    notes.leave(`${script} as it is`, path, `it is not the file that fortress ${VERSION} writes`, TEMPLATE);
  }
}

const TEMPLATE = 'your own template (docs/templates.md), if it is needed';

/** More say nothing more. */
const MOST = 6;

const shown = (directives: Directive[]): string =>
  directives
    .slice(0, MOST)
    .map((directive) => shorten(textOfDirective(directive)))
    .concat(directives.length > MOST ? [`${directives.length - MOST} more`] : [])
    .join('; ');

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const ANY: StackFacts = { subnet: '10.0.0.0/22', image: () => ({ reference: 'any', origin: 'any' }) };

/** What fortress writes today; no address and no date in it counts. */
function rendered(config: ResolvedConfig, isManaged: boolean): string {
  const serving = everyReplica(buildStack(config, ANY));
  const view = gatewayView(config, serving, { expiresAt: new Date(0), passwordGeneration: '' });
  const render = createRenderer(projectTemplates(null));
  return render('nginx/nginx.conf.eta', { ...view, ...(!isManaged && { managed: false, files: NGINX_FILES }) });
}

interface Differences {
  added: Directive[];
  missing: Directive[];
}

/** Blocks that stand in both are entered; of one that stands in one of them it is the whole that counts. */
function compare(theirs: readonly Directive[], ours: readonly Directive[], parent = ''): Differences {
  const rest = new Map<string, Directive[]>();
  for (const directive of ours.filter(counts)) {
    const key = keyOf(directive, parent);
    rest.set(key, [...(rest.get(key) ?? []), directive]);
  }
  const differences: Differences = { added: [], missing: [] };
  for (const directive of theirs.filter(counts)) {
    const same = rest.get(keyOf(directive, parent))?.shift();
    if (!same) differences.added.push(directive);
    else if (directive.block && same.block) {
      const inside = compare(directive.block, same.block, parentOf(directive));
      differences.added.push(...inside.added);
      differences.missing.push(...inside.missing);
    }
  }
  differences.missing.push(...[...rest.values()].flat());
  return differences;
}

/** Files are looked at by those who bring them; what is set anew at each start says nothing. */
const counts = ({ name, args }: Directive): boolean =>
  !/^(?:ssl_certificate|ssl_certificate_key|auth_basic_user_file)$/.test(name) &&
  !(name === 'set' && args[0] === '$certificate_expiry');

/** Servers have nothing but what they listen to that tells them apart. */
function keyOf(directive: Directive, parent: string): string {
  const { name, block } = directive;
  const listens = name === 'server' && block ? block.filter((inner) => inner.name === 'listen') : [];
  const text = [directive, ...listens].map(textOfDirective).join(' ');
  if (name === 'proxy_cache_key') return text.replace(/ \w* ?(?=\$remote_addr)/, ' ');
  return parent === 'upstream' || parent === 'map' ? text.replaceAll(ADDRESS, 'address') : text;
}

const parentOf = ({ name, args }: Directive): string =>
  name === 'upstream' || (name === 'map' && args[0] === '$asked_address') ? name : '';

const ADDRESS = /(?:\d+\.){3}\d+(?::\d+)?/g;
