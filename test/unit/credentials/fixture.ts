import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedConfig } from '../../../src/config/resolved.js';
import type { FortressConfig } from '../../../src/config/types.js';
import {
  prepareCredentials,
  type CredentialRequest,
  type PreparedCredentials,
} from '../../../src/credentials/prepare.js';
import { emptyStore, type CredentialStore } from '../../../src/credentials/store.js';

export const NOW = new Date('2030-06-15T12:00:00Z');
const DAY = 86_400_000;

/** A moment that many days after `NOW`. */
export const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY);

export const makeConfig = (input: FortressConfig = {}, root = '/srv/sentiment'): ResolvedConfig =>
  resolveConfig({ project: 'sentiment', ...input }, root);

export const prepare = (
  input: FortressConfig = {},
  stored: CredentialStore = emptyStore(),
  now: Date = NOW,
  request: CredentialRequest = {},
): Promise<PreparedCredentials> => prepareCredentials(makeConfig(input), stored, now, request);

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'fortress-credentials-'));
