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
import { compare, type Difference } from './differences.js';
import { placeOf, parseNginx, type Directive } from './parse.js';

/**
 * Tells what in a gateway's files, which fortress wrote once, is not what it would write for the configuration that
 * came of them: what somebody has changed by hand, or an earlier fortress did otherwise.
 * @param file its nginx.conf
 */
export function leaveOwnChanges(file: string, config: ResolvedConfig, { texts }: ProjectFiles, notes: Notes): void {
  const text = texts.get(file) ?? '';
  const isManaged = /written by fortress from fortress\.config\.ts/i.test(text);
  // What it includes is left aside: secrets are in it, and a file of somebody's own is a line that includes it.
  const theirs = parseNginx(text, file);
  const { added, missing } = compare(theirs, parseNginx(rendered(config, isManaged), file), looksAt(config));
  leave(`not what fortress ${VERSION} writes`, added, {
    where: ({ directive }) => placeOf(directive),
    why: 'fortress.config.ts has no key for it, or none for this value',
  });
  const gone = missing.filter((difference) => !added.some((other) => isAnotherValue(difference, other)));
  leave(`taken out of what fortress ${VERSION} writes`, gone, {
    where: ({ parent }) => (parent ? placeOf(parent) : file),
    why: 'fortress writes it again',
  });
  for (const script of ['logins.js', 'metrics.js']) {
    const path = file.replace(/[^/]*$/, script);
    if (!texts.has(path) || texts.get(path) === readTemplate(`nginx/${script}`)) continue;
    notes.leave(`${script} as it is`, path, `it is not the file that fortress ${VERSION} writes`, TEMPLATE);
  }

  function leave(
    what: string,
    differences: Difference[],
    { where, why }: { where: (difference: Difference) => string; why: string },
  ): void {
    if (differences.length === 0) return;
    const places = [...new Set(differences.map(where))];
    const rest = places.length - MOST_PLACES;
    notes.leave(
      `${what}: ${shown(differences)}`,
      [...places.slice(0, MOST_PLACES), ...(rest > 0 ? [`${rest} more`] : [])],
      why,
      TEMPLATE,
    );
  }
}

const TEMPLATE = 'your own template (docs/templates.md), if it is needed';

/** A certificate of one's own is carried over; what is set for metrics follows from the rest. */
const looksAt =
  ({ gateway }: ResolvedConfig) =>
  ({ name, args }: Directive): boolean =>
    !(name === 'set' && /^\$(?:certificate_expiry|serving_replicas)$/.test(args[0] ?? '')) &&
    !(gateway.tls.own !== null && /^ssl_certificate(?:_key)?$/.test(name));

/** Of a line that has another value now is told once; of a block it is not known what it became. */
const isAnotherValue = (one: Difference, other: Difference): boolean =>
  one.directive.block === null &&
  one.directive.name === other.directive.name &&
  one.parent?.line === other.parent?.line &&
  subjectOf(one.directive) === subjectOf(other.directive);

/** What the directive is about, where its name does not say it all: `add_header X-Frame-Options`. */
const subjectOf = ({ args }: Directive): string => (args.length > 1 ? (args[0] ?? '') : '');

/** More say nothing more. */
const MOST = 6;
const MOST_PLACES = 20;

const shown = (differences: Difference[]): string =>
  [...new Set(differences.map(nameOf))]
    .slice(0, MOST)
    .concat(differences.length > MOST ? [`${differences.length} in all`] : [])
    .join('; ');

/** A directive with as much of its arguments as can be no secret, whatever somebody has written there. */
function nameOf({ directive: { name, args }, parent }: Difference): string {
  if (['map', 'split_clients', 'geo', 'types'].includes(parent?.name ?? '')) return `a line of ${parent?.name}`;
  const harmless = name === 'if' ? [] : args.slice(0, 2);
  const end = harmless.findIndex((arg) => !HARMLESS.test(arg));
  return [name, ...harmless.slice(0, end === -1 ? harmless.length : end)].join(' ');
}

/** `on`, `60s`, `10.1.2.3:80`, `/docs`, `=`, `$api`, `X-Frame-Options` */
const HARMLESS =
  /^(?:on|off|always|[\d.:]{1,21}(?:\/\d{1,3}|[a-z]{0,2})|\/[\w./-]{0,40}|[=~^*]{1,2}|\$\w{1,40}|[A-Z][a-z]*(?:-[A-Z][a-z]*)*)$/;

const ANY: StackFacts = { subnet: '10.0.0.0/22', image: () => ({ reference: 'any', origin: 'any' }) };

/** What fortress writes today; no address and no date in it counts. */
function rendered(config: ResolvedConfig, isManaged: boolean): string {
  const serving = everyReplica(buildStack(config, ANY));
  const view = gatewayView(config, serving, { expiresAt: new Date(0), passwordGeneration: '' });
  const render = createRenderer(projectTemplates(null));
  return render('nginx/nginx.conf.eta', { ...view, ...(!isManaged && { managed: false, files: NGINX_FILES }) });
}
