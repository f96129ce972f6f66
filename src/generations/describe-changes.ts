import type { ImageReference } from '../images/image-source.js';
import { changedKeys } from '../plan/spec.js';
import type { Inputs } from './generation.js';

/**
 * What one generation has otherwise than another, a phrase for each: `model of v1`,
 * `apis.v1.replicas 3 → 5`, `image nginx`. Never shows a password. Pure.
 */
export function describeChanges(before: Inputs, after: Inputs): string[] {
  return [
    ...modelChanges(before, after),
    ...valueChanges(settingsOf(before), settingsOf(after), []),
    ...changedKeys(referencesOf(before), referencesOf(after)).map((name) => `image ${name}`),
    ...changedKeys(before.templates, after.templates).map((path) => `template ${path}`),
  ];
}

/** APIs whose model has another content, wherever its file lies. */
const modelChanges = (before: Inputs, after: Inputs): string[] =>
  after.config.apis.flatMap(({ name, model }) => {
    const old = before.config.apis.find((api) => api.name === name);
    if (!old) return [];
    const [was, is] = [filesOf(before, old.model), filesOf(after, model)];
    return changedKeys(was, is).length > 0 ? [`model of ${name}`] : [];
  });

const filesOf = ({ models }: Inputs, model: string | null): Record<string, string> =>
  model === null ? {} : (models[model] ?? {});

/** The configuration without the places of the project, which say nothing of the stack. */
const settingsOf = ({ config: { root: _root, stateDir: _stateDir, ...settings } }: Inputs): object => settings;

function valueChanges(before: unknown, after: unknown, path: string[]): string[] {
  const key = path.join('.');
  const [old, current] = [membersOf(before), membersOf(after)];
  if (old && current) {
    const names = new Set([...Object.keys(old), ...Object.keys(current)]);
    return [...names].flatMap((name) => valueChanges(old[name], current[name], [...path, name]));
  }
  if (before === after) return [];
  if (before === undefined || (before === null && current)) return [`${key} added`];
  if (after === undefined || (after === null && old)) return [`${key} removed`];
  return isHidden(path) ? [`${key} changed`] : [`${key} ${String(before)} → ${String(after)}`];
}

/** Passwords, and what people give to programs of theirs, which may hold one. */
const isHidden = (path: string[]): boolean =>
  path.at(-1) === 'password' || path.at(-2) === 'env' || path.at(-2) === 'args';

/** By key; those of a list by their name where they have one. Null for what has no members. */
function membersOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  return Object.fromEntries(value.map((member: unknown, index) => [nameOf(member) ?? String(index), member]));
}

function nameOf(member: unknown): string | null {
  if (typeof member !== 'object' || member === null || !('name' in member)) return null;
  return typeof member.name === 'string' ? member.name : null;
}

const referencesOf = ({ images }: Inputs): Record<string, string> =>
  Object.fromEntries(
    Object.entries(images.references).flatMap(([name, image]) => (image ? [[name, inWords(image)]] : [])),
  );

const inWords = (image: ImageReference): string => ('reference' in image ? image.reference : image.missing);
