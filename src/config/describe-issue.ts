import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { escapeUnseen } from './escape-unseen.js';

type Issue = z.core.$ZodIssue;

/** What was validated, and what of it must not be shown. */
interface Subject {
  schema: z.core.$ZodType;
  input: unknown;
  /** What the whole is called where a problem has no key: "the configuration". */
  whole: string;
  /** Keys whose values, and what is inside them, may be or hold a password. */
  secret: readonly string[];
}

/** One line for every problem, whatever its key holds: the key path, the value that was found, and what would be right. */
export const describeIssues = (issues: readonly Issue[], subject: Subject): string[] =>
  issues.flatMap((issue) => describeIssue(issue, subject)).map(escapeUnseen);

function describeIssue(issue: Issue, subject: Subject): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => describeUnknownKey(issue.path, key, subject.schema));
  }
  const at = formatPath(issue.path) || subject.whole;
  if (issue.code === 'invalid_union') {
    const deeper = deepestAlternative(issue);
    if (deeper)
      return deeper.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, subject));
  }
  const found = valueAt(subject.input, issue.path);
  const shown = found === undefined ? 'is missing' : `found ${show(found, issue.path, subject.secret)}`;
  return [`${at}: ${shown}; ${expectation(issue)}`];
}

/** Of a union's alternatives, the one that the value was probably meant to be: that which failed further inside. */
function deepestAlternative(issue: Extract<Issue, { code: 'invalid_union' }>): Issue[] | undefined {
  return issue.errors.find((alternative) =>
    alternative.some(
      (inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'invalid_format',
    ),
  );
}

function describeUnknownKey(path: readonly PropertyKey[], key: string, schema: z.core.$ZodType): string {
  const known = knownKeys(path, schema);
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
function knownKeys(path: readonly PropertyKey[], whole: z.core.$ZodType): string[] {
  let candidates = [whole];
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
function show(value: unknown, path: readonly PropertyKey[], secret: readonly string[]): string {
  if (typeof value === 'function') return 'a function';
  if (secret.some((key) => path.includes(key))) return `${nounOf(value)} that is not shown`;
  const text = stringify(value, secret);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function stringify(value: unknown, secret: readonly string[]): string {
  try {
    return JSON.stringify(value, (key, part: unknown) => (secret.includes(key) ? '…' : part)) ?? String(value);
  } catch {
    // A circular object, a BigInt: nothing that JSON knows.
    return typeof value === 'bigint' ? `${value}n` : nounOf(value);
  }
}

const nounOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
