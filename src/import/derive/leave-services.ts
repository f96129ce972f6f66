import { itemsOf, isMapping, textOf } from '../../grade/compose/document.js';
import { portsOf } from '../../grade/compose/service.js';
import type { ComposeService } from '../compose/read-compose.js';
import { namingOf } from '../nginx/naming.js';
import { placeOf } from '../nginx/parse.js';
import { namesOf, type ApiGroup } from './api-groups.js';
import { secretsOf } from './api-secrets.js';
import type { ImportContext } from './context.js';

/** Tells what else the compose file runs and sets. */
export function leaveServices(groups: readonly ApiGroup[], context: ImportContext): void {
  const { roles, compose, notes } = context;
  const used = groups.flatMap(({ services }) => services);
  for (const service of roles.others.filter((other) => !used.includes(other))) {
    notes.leave(
      `the service ${service.name} (${service.image ?? (service.build ? `built from ${service.build.written}` : 'without an image')})`,
      compose.placeOf('services', service.name),
      kindOf(service, context),
      'keep it in a compose file of its own',
    );
  }
  for (const service of compose.services) leaveUnreadPorts(service, { compose, notes });
  leaveTopLevel(
    used.flatMap(secretsOf).map(({ source }) => source),
    { compose, notes },
  );
}

function kindOf(service: ComposeService, { nginx }: ImportContext): string {
  const { name, image } = service;
  const words = `${name} ${image ?? ''}`;
  if (/certbot|acme|letsencrypt/i.test(words))
    return 'fortress makes and renews its certificate itself; one of yours goes into gateway.tls.certificate';
  if (/postgres|mysql|maria|mongo|redis|elastic|minio|rabbit|kafka/i.test(words))
    return 'fortress runs APIs, a gateway and what watches them; no databases';
  const naming = namingOf(namesOf(service), nginx.http);
  return naming === null
    ? 'no request is passed on to it'
    : `nginx names it as a server (${placeOf(naming)}); no route of fortress.config.ts leads to it`;
}

function leaveUnreadPorts(
  { name, settings }: ComposeService,
  { compose, notes }: Pick<ImportContext, 'compose' | 'notes'>,
): void {
  const unread = itemsOf(settings['ports']).filter((port) => portsOf({ ports: [port] }).length === 0);
  if (unread.length > 0)
    notes.leave(
      `published ports of ${name}: ${unread.map((port) => textOf(isMapping(port) ? port['published'] : port)).join(', ')}`,
      compose.placeOf('services', name, 'ports'),
      'ranges, and other protocols than TCP, are not read',
      'name one port for each: gateway.httpPort, gateway.httpsPort, monitoring',
    );
}

function leaveTopLevel(
  secretsOfApis: readonly string[],
  { compose, notes }: Pick<ImportContext, 'compose' | 'notes'>,
): void {
  const { networks, raw, secrets, configs } = compose.document;
  const special = Object.entries(networks).filter(
    ([, network]) =>
      network['ipam'] !== undefined || network['external'] !== undefined || network['driver_opts'] !== undefined,
  );
  if (special.length > 0)
    notes.leave(
      `networks ${special.map(([name]) => name).join(', ')}`,
      special.map(([name]) => compose.placeOf('networks', name)),
      'fortress makes its own: edge, and backend, which has no way out',
    );
  for (const [kind, entries] of Object.entries({ secrets, configs })) {
    const names = Object.keys(entries).filter((name) => kind !== 'secrets' || !secretsOfApis.includes(name));
    if (names.length > 0)
      notes.leave(
        `${kind} ${names.join(', ')}`,
        compose.placeOf(kind),
        'they are files of containers',
        'files for an API go into apis.NAME.secrets',
      );
  }
  const volumes = isMapping(raw['volumes']) ? Object.keys(raw['volumes']) : itemsOf(raw['volumes']).map(textOf);
  if (volumes.length > 0)
    notes.leave(
      `what is in the volumes ${volumes.join(', ')}`,
      compose.placeOf('volumes'),
      'fortress begins with volumes of its own',
      'they stay where they are until you remove them',
    );
}
