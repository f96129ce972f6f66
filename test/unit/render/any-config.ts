import fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ApiConfig, FortressConfig, RouteConfig } from '../../../src/config/types.js';
import { validateConfig } from '../../../src/config/validate.js';
import { serializeSpec, specOf } from '../../../src/plan/spec.js';
import { createServiceRenderer } from '../../../src/render/render.js';
import { createRenderer, projectTemplates } from '../../../src/render/template.js';
import type { Serving } from '../../../src/render/views.js';
import { buildStack } from '../../../src/stack/build.js';
import { networkName } from '../../../src/stack/names.js';
import type { Service, ServiceFile } from '../../../src/stack/stack.js';
import { exampleImage } from '../stack/example.js';
import { MATERIALS } from './fixture.js';
import { parseNginx, shapeOf } from './nginx-syntax.js';

const matching = (pattern: RegExp): fc.Arbitrary<string> => fc.stringMatching(pattern);

/** Names that mean something to JavaScript, YAML, nginx or a shell. */
const TREACHEROUS = ['constructor', 'null', 'true', 'no', '0123', '1e3', '0x1f', 'default', 'include', 'hostnames'];

const API_NAME = fc.oneof(matching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/), fc.constantFrom(...TREACHEROUS));
const HOST = fc.oneof(
  matching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,2}$/).filter((name) => !TREACHEROUS.includes(name)),
  fc.ipV4(),
  fc.ipV6(),
);
const USER = fc.oneof(matching(/^[A-Za-z0-9._@-]{1,20}$/), fc.constantFrom(...TREACHEROUS, '__proto__'));
const PASSWORD = fc.string({
  unit: fc.constantFrom(...'aZ9 "\'$`\\{}%#;:|&<>()[]=-', 'é', '\u2028', '\uffff', '\u{1f600}'),
  minLength: 1,
  maxLength: 20,
});
const DURATION = fc
  .tuple(fc.integer({ min: 1, max: 1440 }), fc.constantFrom('ms', 's', 'm'))
  .map(([amount, unit]) => `${amount}${unit}`);

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const PATH = matching(/^\/[\w./~-]{0,20}$/);

const API: fc.Arbitrary<ApiConfig> = fc.record(
  {
    image: fc.constant('example/emotion:1'),
    port: fc.integer({ min: 1, max: 65_535 }),
    health: PATH,
    metrics: fc.oneof(fc.constant(false as const), PATH),
    env: fc.dictionary(matching(/^[A-Z]{1,4}_[A-Z0-9]{1,4}$/), PASSWORD, { maxKeys: 2 }),
    secrets: fc.dictionary(matching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,8}$/), PASSWORD, { maxKeys: 2 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    debug: fc.boolean(),
    memory: fc.constantFrom('64m', '1G', '536870912'),
    model: PASSWORD,
    rollout: fc.record(
      { order: fc.constantFrom('start-first', 'stop-first'), batch: fc.integer({ min: 1, max: 4 }), drain: DURATION },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** Routes between those APIs: headers, then weights, then a default. */
const routesBetween = (names: string[]): fc.Arbitrary<RouteConfig[]> => {
  const to = fc.constantFrom(...names);
  return fc
    .tuple(
      fc.array(
        fc.record({
          header: matching(/^[A-Za-z0-9]{1,6}(-[A-Za-z0-9]{1,6}){0,2}$/),
          value: matching(/^[A-Za-z0-9._~-]{1,12}$/),
          to,
        }),
        { maxLength: 3 },
      ),
      fc.array(fc.record({ weight: fc.integer({ min: 1, max: 33 }), to }), { maxLength: 3 }),
      to,
    )
    .map(([rules, weights, last]) => [...rules, ...weights, { to: last }]);
};

const APIS_AND_ROUTES = fc.uniqueArray(API_NAME, { minLength: 1, maxLength: 4 }).chain((names) =>
  fc.record({
    apis: fc
      .tuple(...names.map(() => API))
      .map((apis) => Object.fromEntries(names.map((name, index) => [name, apis[index] ?? {}]))),
    routes: optional(routesBetween(names)),
  }),
);

/** Configurations that are right, whose texts use all of what each may hold. */
export const rightConfig: fc.Arbitrary<FortressConfig> = fc
  .record({
    project: optional(fc.oneof(matching(/^[a-z0-9][a-z0-9_-]{0,39}$/), fc.constantFrom(...TREACHEROUS))),
    gateway: fc.record(
      {
        hosts: fc.uniqueArray(HOST, { minLength: 1, maxLength: 3 }),
        bodyLimit: fc.constantFrom('1k', '64K', '65536', '64m'),
        users: fc.uniqueArray(fc.record({ name: USER, password: PASSWORD }), {
          minLength: 1,
          maxLength: 3,
          selector: ({ name }) => name,
        }),
        rateLimit: fc.oneof(
          fc.constant(false as const),
          fc.record(
            { requestsPerSecond: fc.integer({ min: 1, max: 100_000 }), burst: fc.integer({ min: 0, max: 100_000 }) },
            { requiredKeys: [] },
          ),
        ),
      },
      { requiredKeys: [] },
    ),
    served: APIS_AND_ROUTES,
    monitoring: fc.oneof(
      { weight: 1, arbitrary: fc.constant(false as const) },
      {
        weight: 4,
        arbitrary: fc.record(
          {
            scrapeInterval: DURATION,
            retention: DURATION,
            grafana: fc.oneof(
              fc.constant(false as const),
              fc.record({ user: USER, password: PASSWORD }, { requiredKeys: [] }),
            ),
          },
          { requiredKeys: [] },
        ),
      },
    ),
  })
  .map(({ served, ...rest }) => ({ ...rest, ...served }));

const harmlessApi = (api: ApiConfig): ApiConfig => ({
  ...api,
  ...(api.model !== undefined && { model: 'model.onnx' }),
  ...(api.health !== undefined && { health: '/health' }),
  ...(api.metrics && { metrics: api.metrics === '/metrics' ? api.metrics : '/figures' }),
  ...(api.env && { env: Object.fromEntries(Object.keys(api.env).map((name) => [name, 'x'])) }),
  ...(api.secrets && { secrets: Object.fromEntries(Object.keys(api.secrets).map((name) => [name, 'file'])) }),
});

/** The same configuration with every text that a person may choose replaced by one that can do no harm. */
export function harmless(config: FortressConfig): FortressConfig {
  const names = new Map(Object.keys(config.apis ?? {}).map((name, index) => [name, `a${index}`]));
  const { gateway = {}, apis = {}, routes, monitoring } = config;
  return {
    ...config,
    ...(config.project !== undefined && { project: 'shop' }),
    gateway: {
      ...gateway,
      ...(gateway.hosts && { hosts: gateway.hosts.map((_, index) => `h${index}.example`) }),
      ...(gateway.users && { users: gateway.users.map((_, index) => ({ name: `u${index}`, password: 'p' })) }),
    },
    apis: Object.fromEntries(Object.entries(apis).map(([name, api]) => [names.get(name) ?? name, harmlessApi(api)])),
    ...(routes && {
      routes: routes.map((route, index) => ({
        ...route,
        ...(route.header !== undefined && { header: `X-${index}`, value: 'a' }),
        to: names.get(route.to) ?? route.to,
      })),
    }),
    ...(monitoring && {
      monitoring: {
        ...monitoring,
        scrapeInterval: '5s',
        retention: '15d',
        ...(monitoring.grafana && { grafana: { user: 'ops', password: 'p' } }),
      },
    }),
  };
}

/** Everything that is made of a configuration: what containers are told, and the texts of their files. */
export interface Made {
  services: Service[];
  files: Record<string, string>;
  /** What everybody who may ask the engine, or for a plan, is shown of it. */
  shown: string;
}

/** @throws FortressError where the configuration is refused */
export function make(input: unknown): Made {
  const config = resolveConfig(validateConfig(input, 'fortress.config.ts'), '/srv/shop');
  const stack = buildStack(config, { subnet: '10.200.4.0/22', image: exampleImage });
  const render = createServiceRenderer(config, stack, MATERIALS, createRenderer(projectTemplates(null)));
  let host = 10;
  const serving: Serving = Object.fromEntries(
    stack.services.map(({ name, replicas }) => [
      name,
      Array.from({ length: replicas }, (_, index) => ({
        slot: index + 1,
        addresses: { [networkName(config.project, 'backend')]: `10.200.4.${host++}` },
      })),
    ]),
  );
  const rendered = stack.services.map((service) => ({ service, files: render(service, serving) }));
  return {
    services: stack.services,
    files: Object.fromEntries(rendered.flatMap(({ service, files }) => files.flatMap((file) => textOf(service, file)))),
    shown: rendered.map(({ service, files }) => shownOf(service, files)).join('\n'),
  };
}

const textOf = ({ name }: Service, { path, content }: ServiceFile): [string, string][] =>
  // What is in a person's secret is theirs.
  typeof content === 'string' && !path.startsWith('secrets/') ? [[`${name}/${path}`, content]] : [];

/** The label that says what a container is made of, its hashes, and the files that a plan shows. */
const shownOf = (service: Service, files: ServiceFile[]): string =>
  [
    serializeSpec(specOf({ ...service, onFileChange: { kind: 'recreate' } }, files)),
    ...files.flatMap(({ content, secret }) => (secret || typeof content !== 'string' ? [] : [content])),
  ].join('\n');

/** Parts whose structure is not the same: directives and keys, how many of each, and values of another kind. */
export function differences(one: Made, other: Made): string[] {
  const [found, expected] = [structureOf(one), structureOf(other)];
  return [...new Set([...found.keys(), ...expected.keys()])].filter((part) => found.get(part) !== expected.get(part));
}

const structureOf = ({ services, files }: Made): Map<string, string> =>
  new Map([
    ...services.map((service, index) => [`service ${index}`, JSON.stringify(kindsIn(service))] as const),
    ...Object.entries(files).map(([path, text]) => [path, JSON.stringify(fileStructure(path, text))] as const),
  ]);

function fileStructure(path: string, text: string): unknown {
  if (path.endsWith('.conf')) return shapeOf(parseNginx(text));
  if (path.endsWith('.json')) return kindsIn(JSON.parse(text));
  if (/\.ya?ml$/.test(path)) return kindsIn(parseYaml(text));
  return text.split('\n').length;
}

/** Keys as they are, and of each value its kind. */
function kindsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(kindsIn);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, kindsIn(inner)]));
}
