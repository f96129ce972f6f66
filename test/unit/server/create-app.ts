import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../../src/server/app.js';
import { type Classifier, loadClassifier } from '../../../src/server/classifier.js';
import { createRegistry } from '../../../src/server/metrics.js';
import { readSettings, type ServerSettings } from '../../../src/server/settings.js';
import type { ServerState } from '../../../src/server/state.js';
import { writeDocsFolder } from './docs-folder.js';

let shipped: Promise<Classifier> | undefined;

/** The repository's own model, loaded once. */
const shippedClassifier = (): Promise<Classifier> => (shipped ??= loadClassifier('model/model.onnx'));

/** A folder with stand-ins for the files of `/docs`; goes with the test. */
function createDocsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fortress-docs-'));
  writeDocsFolder(folder);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export interface TestApp {
  app: FastifyInstance;
  state: ServerState;
  classifier: Classifier;
}

/** The server with the repository's model, or with parts of another; closes with the test. */
export async function createApp(
  changes: Partial<ServerSettings> = {},
  other: Partial<Classifier> = {},
): Promise<TestApp> {
  const settings = { ...readSettings({ INSTANCE_ID: 'api-v1-2', LOG_LEVEL: 'silent' }), ...changes };
  const classifier = { ...(await shippedClassifier()), ...other };
  const state = { draining: false };
  const register = createRegistry(settings);
  const app = buildApp({ settings, classifier, state, register, docsFolder: createDocsFolder() });
  onTestFinished(() => app.close());
  return { app, state, classifier };
}
