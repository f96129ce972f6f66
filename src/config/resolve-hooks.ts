import { DEFAULT_PRESET } from './presets.js';
import type { ResolvedHook, ResolvedHooks } from './resolved.js';
import type { Hook, HooksConfig } from './types.js';
import { parseDuration } from './units.js';

/** The hooks by their kinds, so that what is stored or shown of a function still says that it was one. Pure. */
export function resolveHooks({ beforeUp, afterUp, beforeDown, timeout }: HooksConfig): ResolvedHooks {
  return {
    beforeUp: resolveHook(beforeUp),
    afterUp: resolveHook(afterUp),
    beforeDown: resolveHook(beforeDown),
    timeout: parseDuration(timeout ?? DEFAULT_PRESET.hooks.timeout) * 1000,
  };
}

function resolveHook(hook: Hook | undefined): ResolvedHook | null {
  if (hook === undefined) return null;
  if (typeof hook === 'function') return { kind: 'function', run: hook };
  return typeof hook === 'string' ? { kind: 'shell', command: hook } : { kind: 'program', arguments: hook };
}
