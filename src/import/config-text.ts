import type { FortressConfig } from '../config/types.js';
import type { Carried } from './notes.js';

/** Longer ones go over several lines. */
const LINE = 100;

/** What stands above the keys that have no origin of their own. */
const EXPLAINED: Record<string, string> = {
  project: 'Prefix of every container, network and volume; two stacks on one machine need two names.',
  apis: 'The APIs behind the gateway. None has a published port: the gateway is the only way in.',
  routes: 'The first rule that matches decides; the one without a header is the default.',
};

/**
 * `fortress.config.ts` with where each value comes from. Pure.
 * @param source the folder that was imported, as the person named it
 */
export function configText(config: FortressConfig, carried: readonly Carried[], source: string): string {
  const origins = originsOf(carried);
  const keys = Object.entries(config).map(([key, value]) => entry(key, value, key, origins, '  '));
  return [
    "import { defineConfig } from 'fortress';",
    '',
    `// Written by "fortress init --from ${source.replaceAll(/[\p{Cc}\u2028\u2029"]/gu, '')}": this file is yours now. What it has from the project`,
    '// says where; what it has not was listed when it was written. `fortress plan` shows what `up` would do.',
    'export default defineConfig({',
    keys.join('\n\n'),
    '});',
    '',
  ].join('\n');
}

function originsOf(carried: readonly Carried[]): Map<string, string[]> {
  const origins = new Map<string, string[]>();
  for (const { key, from } of carried) origins.set(key, [...new Set([...(origins.get(key) ?? []), from])]);
  return origins;
}

function entry(key: string, value: unknown, path: string, origins: Map<string, string[]>, indent: string): string {
  const from =
    origins.get(path)?.map((origin) => `${indent}// ${origin.startsWith('assumed') ? '' : 'from '}${origin}`) ?? [];
  const explained = EXPLAINED[path];
  const above = [...(explained === undefined ? [] : [`${indent}// ${explained}`]), ...from];
  return [...above, `${indent}${nameOf(key)}: ${written(value, path, origins, indent)},`].join('\n');
}

function written(value: unknown, path: string, origins: Map<string, string[]>, indent: string): string {
  const inline = inlined(value);
  const hasOrigins = [...origins.keys()].some((key) => key.startsWith(`${path}.`));
  if (!hasOrigins && indent.length + path.length + inline.length < LINE) return inline;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((item) => `${inner}${written(item, '', new Map(), inner)},\n`).join('')}${indent}]`;
  if (typeof value !== 'object' || value === null) return inline;
  const entries = Object.entries(value).map(([key, item]) => `${entry(key, item, `${path}.${key}`, origins, inner)}\n`);
  return `{\n${entries.join('')}${indent}}`;
}

function inlined(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(inlined).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${nameOf(key)}: ${inlined(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

const nameOf = (key: string): string => (/^[A-Za-z_]\w*$/.test(key) ? key : quoted(key));

const quoted = (text: string): string =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
