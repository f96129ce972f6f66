import { isIP } from 'node:net';
import * as z from 'zod';
import { MAXIMUM_APIS } from '../stack/services/api.js';
import type { FortressConfig, HookFunction } from './types.js';
import { DURATION_PATTERN, parseDuration, parseSize, SIZE_PATTERN } from './units.js';

// Strings end up in nginx.conf, in container names and in shell lines that people paste, so each
// one is held to the alphabet of what it is. That, not escaping, keeps templates safe.
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const HEADER_NAME = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;
const HEADER_VALUE = /^[A-Za-z0-9._~-]+$/;
export const API_NAME = /^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/;
export const USER_NAME = /^[A-Za-z0-9._@-]{1,64}$/;
// Half a surrogate pair has no bytes: what is sent for it is U+FFFD, as for every other half.
export const PASSWORD =
  /^(?=[^]{1,128}$)(?:[\u0020-\u007e\u00a0-\ud7ff\ue000-\uffff]|[\ud800-\udbff][\udc00-\udfff])+$/;
export const PASSWORD_EXPECTED = '1 to 128 printable characters, whole ones: no half of a surrogate pair';
const IMAGE_REFERENCE = /^[a-z0-9][a-z0-9._/:@-]*$/i;

const port = z.int().min(1).max(65_535);
// A zone (`fe80::1%eth0`) means something on one machine only: no certificate and no client can use it.
export const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%');
const ipAddress = z.string().refine(isAddress, 'expected an IP address, e.g. "127.0.0.1"');
// Words that nginx reads as parameters where hosts are listed.
const NGINX_WORDS = ['default', 'hostnames', 'include', 'volatile'];
export const isHost = (text: string): boolean =>
  isAddress(text) || (DNS_NAME.test(text) && !NGINX_WORDS.includes(text.toLowerCase()));
const host = z.string().refine(isHost, 'expected a host name or IP address, e.g. "api.example.org"');
const shortText = (pattern: RegExp, expected: string) =>
  z
    .string()
    .regex(pattern, expected)
    .refine((text) => text.length <= 256, 'expected at most 256 characters');
const path = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'expected a path');
const sizeBetween = (least: string, most: string, example: string, pattern = SIZE_PATTERN) =>
  z
    .string()
    .refine(
      (text) => pattern.test(text) && parseSize(text) >= parseSize(least) && parseSize(text) <= parseSize(most),
      `expected a size from ${least} to ${most}, e.g. "${example}"`,
    );
// nginx reads the text itself: it knows no unit b, and takes 0 for "no limit".
const bodyLimit = sizeBetween('1k', '64m', '64k', /^\d+[km]?$/i);
const memory = sizeBetween('64m', '1024g', '512m');
const duration = z.string().regex(DURATION_PATTERN, 'expected a duration such as "5s" or "15d"');
// Prometheus itself knows no more than 292 years, also where it reckons with several intervals.
const durationUpTo = (most: string) =>
  duration.refine(
    (text) => !DURATION_PATTERN.test(text) || parseDuration(text) <= parseDuration(most),
    `expected at most "${most}"`,
  );
const imageReference = z.string().regex(IMAGE_REFERENCE, 'expected an image reference, e.g. "nginx:1.28.0"');

const user = z.strictObject({
  name: z.string().regex(USER_NAME, 'expected 1 to 64 letters, digits or . _ @ -'),
  password: z.string().regex(PASSWORD, `expected ${PASSWORD_EXPECTED}`).optional(),
});

const rateLimit = z.strictObject({
  requestsPerSecond: z.int().min(1).max(100_000).optional(),
  burst: z.int().min(0).max(100_000).optional(),
  // Others have a meaning of their own to nginx or to clients: 401 asks for a password, 499 is never sent.
  status: z
    .union(
      [z.literal(403), z.literal(418), z.literal(429), z.literal(444), z.literal(503)],
      'expected 403, 418, 429, 444 or 503',
    )
    .optional(),
});

const passwords = z.strictObject({
  hash: z.enum(['sha512-crypt', 'apr1']).optional(),
  // Right ones count while they are looked at: one per worker of nginx.
  wrongPerMinute: z.int().min(5).max(1000).optional(),
});

const tls = z.strictObject({
  key: z.enum(['ecdsa-p256', 'rsa-2048', 'rsa-4096']).optional(),
  // 825 days: the longest that current clients accept from a locally trusted CA.
  days: z.int().min(1).max(825).optional(),
  renewBeforeDays: z.int().min(0).max(365).optional(),
  hsts: z.boolean().optional(),
  caFile: path.optional(),
  certificate: path.optional(),
  certificateKey: path.optional(),
  ca: path.optional(),
});

const gateway = z.strictObject({
  hosts: z.array(host).min(1).optional(),
  bind: ipAddress.optional(),
  httpPort: port.optional(),
  httpsPort: port.optional(),
  bodyLimit: bodyLimit.optional(),
  users: z
    .array(z.union([user.shape.name, user], 'expected a name or { name, password }'))
    .min(1)
    .optional(),
  rateLimit: z
    .union([z.literal(false), rateLimit], 'expected false or { requestsPerSecond, burst, status }')
    .optional(),
  connectionsPerClient: z.int().min(1).max(65_535).optional(),
  passwords: passwords.optional(),
  tls: tls.optional(),
});

// Paths that nginx, Prometheus and the engine are told as they stand.
const urlPath = shortText(/^\/[\w./~-]*$/, 'expected a path such as "/health"');
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
export const VARIABLE_VALUE = /^\P{Cc}{0,32768}$/u;
const variables = z.record(
  z.string().regex(VARIABLE_NAME, 'expected a name such as "LOG_LEVEL"'),
  z.string().regex(VARIABLE_VALUE, 'expected one line of text; a file is a matter of `secrets`'),
);
export const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
const fileName = z.string().regex(FILE_NAME, 'expected a file name such as "api-key"');

const build = z.strictObject({
  context: path,
  dockerfile: path.optional(),
  args: variables.optional(),
});

const api = z.strictObject({
  model: path.optional(),
  build: z.union([path, build], 'expected a folder or { context, dockerfile, args }').optional(),
  image: imageReference.optional(),
  port: port.optional(),
  health: urlPath.optional(),
  metrics: z.union([z.literal(false), urlPath], 'expected false or a path such as "/metrics"').optional(),
  env: variables.optional(),
  secrets: z.record(fileName, path).optional(),
  user: z
    .string()
    .regex(/^\d{1,9}:\d{1,9}$/, 'expected the numbers of a user and a group, e.g. "10001:10001"')
    .optional(),
  cpus: z.number().min(0.01).max(1024).optional(),
  pids: z.int().min(8).max(100_000).optional(),
  startTimeout: durationUpTo('1h').optional(),
  replicas: z.int().min(1).max(20).optional(),
  debug: z.boolean().optional(),
  memory: memory.optional(),
  rollout: z
    .strictObject({
      order: z.enum(['start-first', 'stop-first']).optional(),
      batch: z.int().min(1).max(20).optional(),
      drain: durationUpTo('1d').optional(),
    })
    .optional(),
});

const route = z.strictObject({
  // A word of more than 4 KB is none to nginx.
  header: shortText(HEADER_NAME, 'expected a header name, e.g. "X-Experiment-Group"').optional(),
  value: shortText(HEADER_VALUE, 'expected letters, digits or . _ ~ -').optional(),
  weight: z.int().min(1).max(99).optional(),
  to: z.string(),
});

const grafana = z.strictObject({
  port: port.optional(),
  user: z.string().regex(USER_NAME, 'expected 1 to 64 letters, digits or . _ @ -').optional(),
  password: z.string().regex(PASSWORD, `expected ${PASSWORD_EXPECTED}`).optional(),
});

const monitoring = z.strictObject({
  bind: ipAddress.optional(),
  exporterPort: port.optional(),
  prometheusPort: port.optional(),
  scrapeInterval: durationUpTo('1d').optional(),
  retention: durationUpTo('100y').optional(),
  grafana: z.union([z.literal(false), grafana], 'expected false or { port, user, password }').optional(),
});

const images = z.strictObject({
  source: z.enum(['auto', 'registry', 'debian', 'archive']).optional(),
  references: z
    .strictObject({
      nginx: imageReference.optional(),
      node: imageReference.optional(),
      python: imageReference.optional(),
      exporter: imageReference.optional(),
      prometheus: imageReference.optional(),
      grafana: imageReference.optional(),
    })
    .optional(),
});

// A NUL ends an argument for the operating system, whatever comes after it.
const argument = z.string().refine((text) => !text.includes('\0'), 'expected a text without NUL');
const hook = z.union(
  [
    argument.min(1),
    z.tuple([argument.min(1)], argument),
    z.custom<HookFunction>((value) => typeof value === 'function'),
  ],
  'expected a command, a list of a program and its arguments, or a function',
);

const hooks = z.strictObject({
  beforeUp: hook.optional(),
  afterUp: hook.optional(),
  beforeDown: hook.optional(),
  timeout: durationUpTo('1d').optional(),
});

/** The shape of `fortress.config.ts`; held to the documented interface by the compiler. */
export const configSchema = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'expected 1 to 40 lower-case letters, digits, - or _, e.g. "sentiment"')
    .optional(),
  preset: z.enum(['default', 'exam']).optional(),
  gateway: gateway.optional(),
  apis: z
    .record(z.string().regex(API_NAME, 'expected a short name such as "v1"'), api)
    .refine(
      (apis) => Object.keys(apis).length >= 1 && Object.keys(apis).length <= MAXIMUM_APIS,
      `expected 1 to ${MAXIMUM_APIS} APIs`,
    )
    .optional(),
  routes: z.array(route).min(1).optional(),
  monitoring: z.union([z.literal(false), monitoring], 'expected false or an object').optional(),
  images: images.optional(),
  guard: z.boolean().optional(),
  hooks: hooks.optional(),
  templates: path.optional(),
}) satisfies z.ZodType<FortressConfig>;
