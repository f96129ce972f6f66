import { isNode, parseDocument, visit, type Document } from 'yaml';
import { configError } from '../../errors.js';

/** A mapping of YAML or JSON of which nothing is known yet. */
export type Mapping = Record<string, unknown>;

/** A compose file as it was written: nothing is interpolated, merge keys and anchors are resolved. */
export interface ComposeDocument {
  services: Record<string, Mapping>;
  networks: Record<string, Mapping>;
  volumes: Record<string, Mapping>;
  configs: Record<string, Mapping>;
  secrets: Record<string, Mapping>;
  /** The whole of it. */
  raw: Mapping;
}

/** Aliases of aliases grow without bound. */
const MOST_ALIASES = 100;

/**
 * Reads a compose file, in YAML or JSON.
 * @throws FortressError (exit 2) with line and column of what is wrong
 */
export function parseCompose(text: string, file: string): ComposeDocument {
  return documentOf(parseYaml(text, file), file);
}

/** @throws FortressError (exit 2) when it is no compose file */
function documentOf(raw: unknown, file: string): ComposeDocument {
  if (!isMapping(raw) || !isMapping(raw['services']) || Object.keys(raw['services']).length === 0)
    throw configError(`${file} describes no services`, { hint: 'It needs a mapping "services" with at least one' });
  return {
    services: mappingsOf(raw['services']),
    networks: mappingsOf(raw['networks']),
    volumes: mappingsOf(raw['volumes']),
    configs: mappingsOf(raw['configs']),
    secrets: mappingsOf(raw['secrets']),
    raw,
  };
}

function parseYaml(text: string, file: string): unknown {
  requirePlainCharacters(text, file);
  const document = parseDocument(text, { merge: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw notYaml(file, error);
  requireNoTags(document, file);
  readNumbers(document);
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown;
  } catch (cause) {
    throw notYaml(file, cause);
  }
}

/** Some parsers take these for the end of a line or of the text, others don't, and would read another file. */
const AMBIGUOUS = /[\p{Cc}\u2028\u2029\uFEFF\uFFFD]/gu;

/** @throws FortressError (exit 2) where a character is read differently by different parsers, or is no UTF-8 */
function requirePlainCharacters(text: string, file: string): void {
  const inner = text.replace(/^\uFEFF/, '').replaceAll(/\r?\n|\t/g, ' ');
  const [character] = inner.match(AMBIGUOUS) ?? [];
  if (character !== undefined)
    throw notYaml(file, new Error(`it holds the character U+${hexOf(character)}, which programs read differently`));
}

const hexOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

/**
 * `!!binary`, `!reset` and the like: a value that is not what it looks like.
 * @throws FortressError (exit 2) with the tag
 */
function requireNoTags(document: Document, file: string): void {
  visit(document, (_key, node) => {
    if (isNode(node) && 'tag' in node && node.tag !== undefined)
      throw configError(`${file} holds a value with the tag ${node.tag.replace('tag:yaml.org,2002:', '!!')}`, {
        why: 'with a tag a value can mean something else than what is written',
        hint: 'Leave the tag out; compose needs none',
      });
  });
}

/**
 * `0444` is 292, as compose reads it, and not 444 as YAML 1.2 has it; a number with more digits than
 * numbers have here stays the text that it is.
 */
function readNumbers(document: Document): void {
  visit(document, {
    Scalar: (_key, node) => {
      const { value, source = '' } = node;
      if (typeof value !== 'number' || !/^[-+]?\d+$/.test(source)) return;
      if (/^[-+]?0[0-7]+$/.test(source)) node.value = Number.parseInt(source, 8);
      else if (!Number.isSafeInteger(value)) node.value = source;
    },
  });
}

const notYaml = (file: string, cause: unknown): Error =>
  configError(`${file} is not YAML that can be read`, { why: (cause as Error).message, cause });

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only those values that are mappings; a key without a value is an empty one. */
function mappingsOf(value: unknown): Record<string, Mapping> {
  if (!isMapping(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, isMapping(part) ? part : {}]));
}

/** The items of a list, or of a single value that stands for a list of one. */
export const itemsOf = (value: unknown): unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
};

/** What may be written as `[KEY=value]` or as `{ KEY: value }`; keys without a value map to ''. */
export function pairsOf(value: unknown): Record<string, string> {
  if (isMapping(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textOf(item)]));
  return Object.fromEntries(
    itemsOf(value).map((item) => {
      const [key = '', ...rest] = textOf(item).split('=');
      return [key, rest.join('=')];
    }),
  );
}

/** A scalar as text; '' for anything else. */
export const textOf = (value: unknown): string => (isScalar(value) ? String(value) : '');

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
