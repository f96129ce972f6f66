import { parseDuration } from '../config/units.js';
import { usageError } from '../errors.js';
import { USUAL_FIELDS } from './prediction.js';
import { checkProfile, type Profile } from './profile.js';
import type { TargetSpec } from './target.js';

/** Flags of `fortress verify` that describe a deployment, by the names that commander gives them. */
const EXTERNAL_FLAGS = [
  'url',
  'http',
  'connectTo',
  'composeProject',
  'user',
  'ca',
  'predictPath',
  'labels',
  'replicas',
  'header',
  'rate',
  'exporter',
  'prometheus',
  'grafana',
  'grafanaUser',
] as const;
export type ExternalFlags = Partial<Record<(typeof EXTERNAL_FLAGS)[number], string>>;

/** Passwords from the environment, where the list of processes does not show them; undefined: not set. */
interface EnvironmentPasswords {
  gateway: string | undefined;
  grafana: string | undefined;
}

/** What somebody declared of a deployment, with the exam's values where nothing was said. */
export interface DeclaredTarget extends Pick<
  TargetSpec,
  | 'https'
  | 'connectTo'
  | 'user'
  | 'password'
  | 'predictPath'
  | 'requestField'
  | 'responseField'
  | 'probabilitiesField'
  | 'labels'
  | 'replicas'
  | 'experiment'
  | 'versions'
  | 'rateLimit'
> {
  /** Origin; null: to be found. */
  http: string | null;
  /** Path of a PEM file; null: none was given. */
  caFile: string | null;
  composeProject: string | null;
  /** Origins; null: none was given. */
  exporter: string | null;
  prometheus: string | null;
  grafana: string | null;
  /** null: to be asked of Prometheus itself. */
  scrapeIntervalSeconds: number | null;
  /** null: none was given. */
  grafanaAccount: { user: string; password: string } | null;
}

/** Flags that are not called as the key of a profile that they stand for. */
const FLAG_OF_KEY: Record<string, string> = {
  password: '--user',
  'experiment.header': '--header',
  'experiment.value': '--header',
  'rate.requestsPerSecond': '--rate',
  'prometheus.url': '--prometheus',
  'grafana.url': '--grafana',
  'grafana.user': '--grafana-user',
  'grafana.password': '--grafana-user',
};

/** What the course's exam prescribes; of a burst it says nothing, and a right limiter may hold one of up to 20. */
const EXAM = {
  predictPath: '/predict',
  replicas: 3,
  experiment: { header: 'X-Experiment-Group', value: 'debug' },
  rate: { requestsPerSecond: 10, burst: 20, status: null },
} as const;

/** The first flag that describes a deployment, as people type it; undefined: none does. */
export function firstExternalFlag(flags: ExternalFlags): string | undefined {
  const name = EXTERNAL_FLAGS.find((flag) => flags[flag] !== undefined);
  return name === undefined ? undefined : flagOf(name);
}

/**
 * What the flags say, else the profile, else the exam. Pure.
 * @throws FortressError (exit 2) naming the flag, its value, and what would be right
 */
export function declareTarget(flags: ExternalFlags, profile: Profile, passwords: EnvironmentPasswords): DeclaredTarget {
  const said = profileOf(flags);
  const both: Profile = { ...profile, ...said };
  if (both.url === undefined) {
    throw usageError('There is no URL to verify', {
      why: 'no --url was given, and no profile with "url"',
      hint: 'fortress verify --url https://HOST[:PORT] --user NAME:PASSWORD --ca FILE',
    });
  }
  const prometheus = { ...profile.prometheus, ...said.prometheus };
  const grafana = { ...profile.grafana, ...said.grafana };
  return {
    https: new URL(both.url).origin,
    http: originOf(both.http),
    connectTo: both.connectTo ?? null,
    caFile: both.ca ?? null,
    composeProject: both.composeProject ?? null,
    ...accountOf(said, profile, passwords.gateway),
    predictPath: both.predictPath ?? EXAM.predictPath,
    requestField: both.requestField ?? USUAL_FIELDS.requestField,
    responseField: both.responseField ?? USUAL_FIELDS.responseField,
    probabilitiesField: both.probabilitiesField ?? USUAL_FIELDS.probabilitiesField,
    labels: both.labels ?? [],
    replicas: both.replicas ?? EXAM.replicas,
    experiment: both.experiment === false ? null : (both.experiment ?? EXAM.experiment),
    versions: both.versions ?? null,
    rateLimit: rateOf(said.rate, profile.rate),
    exporter: originOf(both.exporter),
    prometheus: originOf(prometheus.url),
    grafana: originOf(grafana.url),
    scrapeIntervalSeconds: prometheus.scrapeInterval === undefined ? null : parseDuration(prometheus.scrapeInterval),
    grafanaAccount: grafanaAccountOf(said, profile, passwords.grafana),
  };
}

/** The flags in the form of a profile, so that both are held to the same rules. */
function profileOf(flags: ExternalFlags): Profile {
  const { url, http, connectTo, composeProject, ca, predictPath, exporter } = flags;
  const [user, password] = splitAccount(flags.user);
  const [grafanaUser, grafanaPassword] = splitAccount(flags.grafanaUser);
  const { profile, problems } = checkProfile(
    given({
      url,
      http,
      connectTo,
      composeProject,
      user,
      password,
      ca,
      predictPath,
      exporter,
      labels: flags.labels?.split(',').map((label) => label.trim()),
      replicas: numberIn(flags.replicas),
      experiment: experimentIn(flags.header),
      rate: flags.rate === undefined ? undefined : { requestsPerSecond: numberIn(flags.rate) },
      prometheus: given({ url: flags.prometheus }),
      grafana: given({ url: flags.grafana, user: grafanaUser, password: grafanaPassword }),
    }) ?? {},
    'the flags',
  );
  if (profile) return profile;
  throw usageError(problems.map(nameFlag).join('; '), { hint: 'See `fortress verify --help` and docs/verify.md.' });
}

/** Leaves out what was not given, so that it hides nothing that the profile says. */
const given = (values: Record<string, unknown>): Record<string, unknown> | undefined => {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
};

/** Of `U:P`; a password may hold colons. */
function splitAccount(text: string | undefined): [user?: string, password?: string] {
  if (text === undefined) return [];
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** The number, or the text for the message that says what would be right. */
const numberIn = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : text;

function experimentIn(text: string | undefined): { header: string; value: string } | undefined {
  if (text === undefined) return undefined;
  const [header, ...value] = text.split('=');
  if (header !== undefined && value.length > 0) return { header, value: value.join('=') };
  throw usageError(`--header: found "${text}"; expected NAME=VALUE, e.g. X-Experiment-Group=debug`);
}

/** "predictPath: found …" as "--predict-path: found …" */
const nameFlag = (problem: string): string => problem.replace(/^[A-Za-z.]+(?:\[\d+\])?/, (key) => flagOf(key));

const flagOf = (key: string): string =>
  FLAG_OF_KEY[key] ?? `--${key.replace(/\[\d+\]$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const originOf = (url: string | undefined): string | null => (url === undefined ? null : new URL(url).origin);

/** A password belongs to its user: the profile's is not tried on another. */
function accountOf(
  said: Profile,
  profile: Profile,
  fromEnvironment: string | undefined,
): { user: string; password: string } {
  const user = said.user ?? profile.user;
  if (user === undefined) {
    throw usageError('There is no user to verify with', {
      hint: 'Name one whom the gateway lets in: --user NAME:PASSWORD, or --user NAME with the password in FORTRESS_PASSWORD.',
    });
  }
  const password = said.password ?? fromEnvironment ?? (user === profile.user ? profile.password : undefined);
  if (password !== undefined) return { user, password };
  throw usageError(`There is no password of user ${user}`, {
    hint: 'Set FORTRESS_PASSWORD, or give --user NAME:PASSWORD.',
  });
}

function grafanaAccountOf(
  { grafana: said }: Profile,
  { grafana: profile }: Profile,
  fromEnvironment: string | undefined,
): DeclaredTarget['grafanaAccount'] {
  const user = said?.user ?? profile?.user;
  const own = user === profile?.user ? profile?.password : undefined;
  const password = said?.password ?? fromEnvironment ?? own;
  if (password !== undefined) return { user: user ?? 'admin', password };
  if (user === undefined) return null;
  throw usageError(`There is no password of Grafana's user ${user}`, {
    hint: 'Set FORTRESS_GRAFANA_PASSWORD, or give --grafana-user NAME:PASSWORD.',
  });
}

function rateOf(said: Profile['rate'], profile: Profile['rate']): TargetSpec['rateLimit'] {
  if (!said && profile === false) return null;
  const { requestsPerSecond, burst, status } = { ...(profile || undefined), ...(said || undefined) };
  return {
    requestsPerSecond: requestsPerSecond ?? EXAM.rate.requestsPerSecond,
    burst: burst ?? EXAM.rate.burst,
    status: status ?? EXAM.rate.status,
  };
}
