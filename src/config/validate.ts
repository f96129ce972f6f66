import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { configError, messageOf } from '../errors.js';
import { configSchema } from './schema.js';
import type { FortressConfig } from './types.js';

/**
 * Checks what a configuration file exported.
 * @throws FortressError (exit 2) naming for every problem the key path, the value, and what would be right
 */
export function validateConfig(input: unknown, file: string): FortressConfig {
  const result = parse(input, file);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describeIssue(issue, input));
  throw configError(`${file} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}`, {
    why: problems.map((problem) => `  ${problem}`).join('\n'),
    hint: 'every key is described in docs/configuration.md and in your editor (defineConfig)',
  });
}

function parse(input: unknown, file: string): ReturnType<typeof configSchema.safeParse> {
  try {
    return configSchema.safeParse(input);
  } catch (error) {
    throw configError(`${file} could not be read`, {
      why: messageOf(error),
      hint: 'a property of it throws',
      cause: error,
    });
  }
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, input: unknown): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => describeUnknownKey(issue.path, key));
  const at = formatPath(issue.path) || 'the configuration';
  if (issue.code === 'invalid_union') {
    const deeper = deepestAlternative(issue);
    if (deeper)
      return deeper.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, input));
  }
  const found = valueAt(input, issue.path);
  return [`${at}: ${found === undefined ? 'is missing' : `found ${show(found, issue.path)}`}; ${expectation(issue)}`];
}

/** Of a union's alternatives, the one that the value was probably meant to be: that which failed further inside. */
function deepestAlternative(issue: Extract<Issue, { code: 'invalid_union' }>): Issue[] | undefined {
  return issue.errors.find((alternative) =>
    alternative.some(
      (inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'invalid_format',
    ),
  );
}

function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const known = knownKeys(path);
  const lowered = closest(
    key.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  const nearest = known.find((name) => name.toLowerCase() === lowered);
  const suggestion =
    nearest !== undefined && distance(key.toLowerCase(), lowered) <= Math.max(2, key.length / 2)
      ? `did you mean "${nearest}"?`
      : `known keys: ${known.join(', ')}`;
  return `${formatPath([...path, key])}: unknown key; ${suggestion}`;
}

/** The keys that the schema knows at a path, found by walking the schema itself. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let candidates: z.core.$ZodType[] = [configSchema];
  for (const step of path) candidates = candidates.flatMap(unwrap).flatMap((schema) => childOf(schema, step));
  return candidates
    .flatMap(unwrap)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  return [schema];
}

function childOf(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const child: unknown = schema.shape[String(step)];
    return child instanceof z.ZodType ? [child] : [];
  }
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return [];
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? `a value of type ${issue.expected}`}`;
    case 'too_small':
      return `expected ${issue.origin === 'array' || issue.origin === 'string' ? 'at least' : 'a number of at least'} ${issue.minimum}`;
    case 'too_big':
      return `expected ${issue.origin === 'array' || issue.origin === 'string' ? 'at most' : 'a number of at most'} ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join('; ');
    default:
      return issue.message;
  }
}

/** Types that people know by another name than zod does. */
const TYPE_NAMES: Partial<Record<string, string>> = { int: 'a whole number', record: 'a value of type object' };

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    input,
  );
}

/** A value in a message, shortened. Messages end up in logs, so nothing that may hold a password is shown. */
function show(value: unknown, path: readonly PropertyKey[]): string {
  if (typeof value === 'function') return 'a function';
  if (path.includes('users') || path.includes('password')) return `${nounOf(value)} that is not shown`;
  const text = stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value, (key, part: unknown) => (key === 'password' ? '…' : part)) ?? String(value);
  } catch {
    // A circular object, a BigInt: nothing that JSON knows.
    return typeof value === 'bigint' ? `${value}n` : nounOf(value);
  }
}

const nounOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
