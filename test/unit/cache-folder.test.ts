import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cacheFolder } from '../../src/cache-folder.js';

it('follows XDG_CACHE_HOME and falls back to ~/.cache, also when it is empty', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/fortress');
  expect(cacheFolder({})).toBe(join(homedir(), '.cache', 'fortress'));
  expect(cacheFolder({ XDG_CACHE_HOME: '' })).toBe(join(homedir(), '.cache', 'fortress'));
});
