import { isIP } from 'node:net';
import * as z from 'zod';
import { describeIssues } from '../config/describe-issue.js';
import { DURATION_PATTERN } from '../config/units.js';
import { configError, messageOf } from '../errors.js';

// Everything ends up in requests, and nothing may turn into another request than was meant.
const HEADER_NAME = /^[A-Za-z0-9_-]+$/;
const HEADER_VALUE = /^[!-~]+$/;
const PATH = /^\/[!"$->@-~]+$/;

const originOf = (schemes: string, example: string) =>
  z
    .string()
    .refine(
      (text) => isOrigin(text, schemes.split(' or ')),
      `expected ${schemes}://HOST[:PORT] without path and credentials, e.g. "${example}"`,
    );
const userName = z.string().regex(/^[^\s:]+$/, 'expected a user name without spaces and colons');
const password = z.string().min(1);
const key = z.string().min(1);

const rate = z.strictObject({
  requestsPerSecond: z.int().min(1).max(100_000).optional(),
  burst: z.int().min(0).max(100_000).optional(),
  status: z.int().min(400).max(599).optional(),
});

const experiment = z.strictObject({
  header: z.string().regex(HEADER_NAME, 'expected a header name, e.g. "X-Experiment-Group"'),
  value: z.string().regex(HEADER_VALUE, 'expected a value without spaces, e.g. "debug"'),
});

/** What a deployment promises, as people write it down; every key may be left out. */
const profileSchema = z.strictObject({
  url: originOf('https', 'https://localhost:8443').optional(),
  http: originOf('http', 'http://localhost:8080').optional(),
  connectTo: z
    .string()
    .refine((text) => isIP(text) !== 0, 'expected an IP address, e.g. "127.0.0.1"')
    .optional(),
  composeProject: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'expected the name of a compose project, e.g. "sentiment"')
    .optional(),
  user: userName.optional(),
  password: password.optional(),
  ca: z.string().min(1).optional(),
  predictPath: z.string().regex(PATH, 'expected a path, e.g. "/predict"').optional(),
  requestField: key.optional(),
  responseField: key.optional(),
  probabilitiesField: key.optional(),
  labels: z.array(z.string().min(1)).min(2).optional(),
  replicas: z.int().min(1).max(1000).optional(),
  experiment: z.union([z.literal(false), experiment], 'expected false or { header, value }').optional(),
  versions: z.strictObject({ default: key, experiment: key }).optional(),
  rate: z.union([z.literal(false), rate], 'expected false or { requestsPerSecond, burst, status }').optional(),
  exporter: originOf('http or https', 'http://localhost:9113').optional(),
  prometheus: z
    .strictObject({
      url: originOf('http or https', 'http://localhost:9090').optional(),
      scrapeInterval: z.string().regex(DURATION_PATTERN, 'expected a duration such as "15s"').optional(),
    })
    .optional(),
  grafana: z
    .strictObject({
      url: originOf('http or https', 'http://localhost:3000').optional(),
      user: userName.optional(),
      password: password.optional(),
    })
    .optional(),
});
export type Profile = z.infer<typeof profileSchema>;

/**
 * Reads the text of a profile, which is JSON.
 * @param file its name in messages
 * @throws FortressError (exit 2) naming for every problem the key, the value, and what would be right
 */
export function parseProfile(text: string, file: string): Profile {
  const { profile, problems } = checkProfile(parseJson(text, file), 'the profile');
  if (profile) return profile;
  throw configError(`${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`, {
    why: problems.map((problem) => `  ${problem}`).join('\n'),
    hint: 'every key of a profile is described in docs/verify.md',
  });
}

/** Whether something is a profile; if not, what is wrong, one line each, without any password. */
export function checkProfile(
  input: unknown,
  whole: string,
): { profile: Profile; problems: [] } | { profile: null; problems: string[] } {
  const result = profileSchema.safeParse(input);
  if (result.success) return { profile: result.data, problems: [] };
  // Somebody may have written `U:P` where the name alone belongs.
  const subject = { schema: profileSchema, input, whole, secret: ['user', 'password'] };
  return { profile: null, problems: describeIssues(result.error.issues, subject).map(maskUrlCredentials) };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    throw configError(`${file} is not JSON`, {
      // What V8 quotes of the text may be a password.
      why: messageOf(error).replace(/,? ?["'].*$/s, ''),
      hint: 'a profile is one JSON object, e.g. { "url": "https://localhost", "replicas": 3 }; see docs/verify.md',
    });
  }
}

/** `https://U:P@host` in a message. */
const maskUrlCredentials = (text: string): string => text.replaceAll(/\/\/[^/\s"]*@/g, '//***@');

function isOrigin(text: string, schemes: string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, href } = new URL(text);
  return schemes.includes(protocol.slice(0, -1)) && href === `${origin}/`;
}
