import { Document, isScalar, visit } from 'yaml';
import type { Service, Stack } from '../../stack/stack.js';
import type { Serving } from '../../render/views.js';
import type { ExportedBuild } from '../exported.js';
import { contextFolder } from './folders.js';
import { composeReplica, composeService, HARDENED, literal, withoutProject, type ComposeService } from './service.js';

export interface ComposeInput {
  stack: Stack;
  serving: Serving;
  /** By service. */
  builds: Record<string, ExportedBuild>;
  /** Services that have files. */
  hasFiles: ReadonlySet<string>;
}

/** The text of `compose.yaml`. Pure. */
export function composeFile(input: ComposeInput): string {
  const { stack } = input;
  const { project, services } = stack;
  const blocks = services.flatMap((service) => serviceBlocks(input, service));
  const parts = [
    `${heading(project)}\n${toYaml({ name: project })}`,
    `x-hardened: &hardened\n${indent(toYaml(HARDENED))}`,
    `services:\n${blocks.join('\n\n')}`,
    toYaml({ networks: networksOf(stack) }),
    ...(stack.volumes.length > 0 ? [toYaml({ volumes: volumesOf(stack) })] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

const heading = (project: string): string =>
  [
    `# ${project}, written by \`fortress export compose\`. Start it: docker compose up -d --wait`,
    '# No container can write to its file system or has a capability, and each has its limits.',
  ].join('\n');

/** One for each replica: each has an address of its own, which nginx knows, and keeps it when it is started again. */
function serviceBlocks({ stack, serving, builds, hasFiles }: ComposeInput, service: Service): string[] {
  const { project, services } = stack;
  const [first, ...others] = serving[service.name] ?? [];
  if (!first) return [];
  const isReplicated = service.rollout !== null;
  const build = builds[service.name];
  const body = {
    ...(build && {
      build: literal({
        context: `./${contextFolder(builds, service.name)}`,
        dockerfile: build.dockerfile,
        args: build.args,
      }),
    }),
    ...imageOf(service, build !== undefined),
    ...composeService(project, service, first, hasFiles.has(service.name)),
    ...dependencies(service, services, serving),
  };
  const name = isReplicated ? `${service.name}-${first.slot}` : service.name;
  return [
    block(name, `hardened`, body, isReplicated ? service.name : null),
    ...others.map((replica) =>
      block(`${service.name}-${replica.slot}`, service.name, composeReplica(project, service, replica), null),
    ),
  ];
}

/** Images that fortress has built are in no registry. */
const imageOf = ({ image }: Service, isBuilt: boolean): ComposeService => ({
  image: image.reference,
  ...(image.reference.startsWith('fortress/') && !isBuilt && { pull_policy: 'never' }),
});

/** The gateway begins when the APIs are ready, so that nobody meets a 502; what watches it comes after it. */
function dependencies(service: Service, services: Service[], serving: Serving): ComposeService {
  const before =
    service.name === 'gateway'
      ? services.filter(({ rollout }) => rollout !== null)
      : services.filter(({ name }) => name === DEPENDS_ON[service.name]);
  if (before.length === 0) return {};
  const conditions = before.flatMap(({ name, rollout, healthcheck }) => {
    const condition = { condition: healthcheck === null ? 'service_started' : 'service_healthy' };
    return rollout === null
      ? [[name, condition]]
      : (serving[name] ?? []).map(({ slot }) => [`${name}-${slot}`, condition]);
  });
  return { depends_on: Object.fromEntries(conditions) as ComposeService };
}

const DEPENDS_ON: Record<string, string> = { exporter: 'gateway', prometheus: 'exporter', grafana: 'prometheus' };

function networksOf({ project, networks }: Stack): object {
  return Object.fromEntries(
    networks.map(({ name, internal, addresses }) => [
      withoutProject(project, name),
      internal || addresses
        ? {
            ...(internal && { internal: true }),
            // What has no fixed address gets one of the upper half, so that nothing takes that of a stopped replica.
            ...(addresses && {
              ipam: { config: [{ subnet: addresses.subnet, ip_range: addresses.dynamicRange }] },
            }),
          }
        : null,
    ]),
  );
}

const volumesOf = ({ project, volumes }: Stack): object =>
  Object.fromEntries(volumes.map(({ name }) => [withoutProject(project, name), null]));

/** @param anchor name by which further replicas refer to this one */
const block = (name: string, base: string, body: ComposeService, anchor: string | null): string =>
  `  ${name}:${anchor === null ? '' : ` &${anchor}`}\n${indent(indent(`<<: *${base}\n${toYaml(body)}`))}`;

/**
 * Lists of single words on one line, everything else below each other. Compose reads dates and numbers of YAML 1.1 as
 * well as those of 1.2: texts that look like any of them are quoted.
 */
function toYaml(value: object): string {
  const document = new Document(value, { version: '1.1', compat: 'core', aliasDuplicateObjects: false });
  visit(document, {
    // `0o1_7` is a number of neither, and of compose.
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && /^[-+]?0[box]/i.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
    Seq: (_, list) => {
      list.flow = list.items.every((item) => isScalar(item)) && JSON.stringify(list).length < LIST_WIDTH;
    },
  });
  return document.toString({ lineWidth: 0, nullStr: '', directives: false, flowCollectionPadding: false }).trimEnd();
}

const LIST_WIDTH = 90;

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
