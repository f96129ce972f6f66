import { createRenderer, projectTemplates } from '../../render/template.js';
import type { Exported, ExportedFile, ExportMaterial } from '../exported.js';
import { composeFile } from './compose-file.js';
import { contextOwner } from '../builds.js';
import { CA_FILE, containerFolder, contextFolder, FILES_FOLDER } from './folders.js';

/**
 * One compose file and the files that its containers read. Replicas keep their fixed addresses, so nginx runs on the
 * very configuration that fortress gives it. Pure but for reading templates.
 */
export function exportCompose(material: ExportMaterial): Exported {
  const { config, stack, serving, builds, credentials } = material;
  const { user, url } = accessOf(material);
  const verify = `fortress verify --url ${url} --user ${user} --ca ${CA_FILE}`;
  const render = createRenderer(projectTemplates(null));
  const own = serviceFiles(material);
  const hasFiles = new Set(own.map(({ service }) => service));
  const files: ExportedFile[] = [
    { path: 'compose.yaml', content: composeFile({ stack, serving, builds, hasFiles }) },
    { path: 'README.md', content: render('compose/README.md.eta', { project: config.project, url, verify }) },
    // What is in them is secret, or of use to nobody else.
    { path: '.gitignore', content: `/${FILES_FOLDER}/\n` },
    { path: CA_FILE, content: credentials.caCertificate },
    ...own.map(({ file }) => file),
    ...Object.entries(builds)
      .filter(([service]) => contextOwner(builds, service) === service)
      .flatMap(([service, { context }]) =>
        context.map((file) => ({ ...file, path: `${contextFolder(builds, service)}/${file.path}` })),
      ),
  ];
  return {
    files,
    folders: { [FILES_FOLDER]: 0o700 },
    left: leftOut(material),
    next: ['docker compose up -d --wait', verify],
  };
}

/** Readable for the users in the containers; the folder above them is closed to others. */
const serviceFiles = ({ stack, files, contentOf }: ExportMaterial): { service: string; file: ExportedFile }[] =>
  stack.services.flatMap((service) =>
    files(service).map((file) => ({
      service: service.name,
      file: { path: `${containerFolder(service.name)}/${file.path}`, content: contentOf(file) },
    })),
  );

/** How a client reaches it; the password is not told, verify asks for it. */
function accessOf({ config: { gateway } }: ExportMaterial): { user: string; url: string } {
  const [host = 'localhost'] = gateway.hosts;
  const port = gateway.httpsPort === 443 ? '' : `:${gateway.httpsPort}`;
  return {
    user: gateway.users[0]?.name ?? 'admin',
    url: `https://${host.includes(':') ? `[${host}]` : host}${port}`,
  };
}

function leftOut({ config, stack }: ExportMaterial): Exported['left'] {
  const built = [...new Set(stack.services.map(({ image }) => image.reference))].filter((reference) =>
    reference.startsWith('fortress/'),
  );
  const hasHooks = [config.hooks.beforeUp, config.hooks.afterUp, config.hooks.beforeDown].some((hook) => hook !== null);
  return [
    ...(built.length > 0
      ? [
          {
            what: 'images',
            why: `${built.length} are built by fortress and in no registry; \`fortress images build\` makes them, \`fortress images save\` takes them to another machine`,
          },
        ]
      : []),
    {
      what: 'changes without a dropped request',
      why: 'compose replaces containers at once; fortress starts new ones, tells nginx, and drains the old',
    },
    ...(config.guard
      ? [
          {
            what: 'guard',
            why: 'the engine alone restarts containers, after longer and longer pauses, and not unhealthy ones',
          },
        ]
      : []),
    {
      what: 'renewal of the certificate',
      why:
        config.gateway.tls.own === null
          ? 'it ends as it is; `fortress certs renew` and another export make a newer one'
          : 'it ends as it is; another export takes over the newer one that you put in its place',
    },
    ...(hasHooks ? [{ what: 'hooks', why: 'compose knows none' }] : []),
    ...stack.omitted.map(({ service, reason }) => ({ what: service, why: reason })),
  ];
}
