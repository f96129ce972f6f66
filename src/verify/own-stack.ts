import { readFile } from 'node:fs/promises';
import type { ResolvedConfig } from '../config/resolved.js';
import { trustOf } from '../credentials/own-certificate.js';
import { readOwnFiles } from '../credentials/own-files.js';
import { parsePasswordStore, resolvePasswords } from '../credentials/passwords.js';
import { readStore } from '../credentials/store.js';
import { ExitCode, FortressError } from '../errors.js';
import type { ModelFiles } from '../model/model-files.js';
import { readModel } from '../model/read-model.js';
import { probeToken } from '../probe/token.js';
import { ownSecrets } from './own-secrets.js';
import type { OwnCredentials } from './own-target.js';

/**
 * The credentials with which `up` made the stack.
 * @throws FortressError (exit 3) when there are none, so no stack was ever made
 */
export async function readOwnCredentials(config: ResolvedConfig): Promise<OwnCredentials> {
  const [store, own] = await Promise.all([readStore(config), readOwnFiles(config.gateway.tls.own)]);
  const { passwords, hashKey } = store;
  const caCertificate = own === null ? store.caCertificate : trustOf(own);
  const known = passwords === null ? null : parsePasswordStore(passwords);
  const { users, grafana, made } = resolvePasswords(config, known ?? { users: {} });
  const [first] = users;
  if (caCertificate === null || first === undefined || made.includes(`user ${first.name}`)) {
    throw new FortressError('NO_CREDENTIALS', ExitCode.unreachable, `${config.project} is not up`, {
      why: `${config.stateDir} holds no ${caCertificate === null ? 'CA certificate' : 'password of the first user'}`,
      hint: 'start it with `fortress up`',
    });
  }
  const grafanaPassword = made.includes('Grafana') ? null : grafana;
  const token = hashKey === null ? null : probeToken(hashKey);
  return {
    user: first.name,
    password: first.password,
    caCertificate,
    grafanaPassword,
    probeToken: token,
    secrets: ownSecrets({
      store,
      users,
      grafana: grafanaPassword === null ? null : { user: 'Grafana', password: grafanaPassword },
      probeToken: token,
      ownKey: own?.certificateKey ?? null,
      apiSecrets: await readSecrets(config),
    }),
  };
}

/** By `apis.v1.secrets.key`; a file that is gone since has nothing to be found. */
async function readSecrets({ apis }: ResolvedConfig): Promise<Record<string, string>> {
  const named = apis.flatMap(({ name, secrets }) =>
    Object.entries(secrets).map(async ([key, path]) => {
      const text = await readFile(path, 'latin1').catch(() => '');
      return [`apis.${name}.secrets.${key}`, text] as const;
    }),
  );
  return Object.fromEntries(await Promise.all(named));
}

/**
 * The labels that the default API may answer with.
 * None where it brings a model of its own, or one that fortress cannot read.
 * @param kept the files of a generation's models, by the model's path in its configuration
 * @throws FortressError (exit 2) when the model is missing or broken
 */
export async function readOwnLabels(
  { apis, routes }: ResolvedConfig,
  kept: Record<string, ModelFiles> = {},
): Promise<string[]> {
  const api = apis.find(({ name }) => name === routes.default);
  if (!api || api.model === null) return [];
  const files = kept[api.model];
  const read = readModel(files?.['model.onnx']?.source ?? api.model, files?.['model.json']?.source);
  // What others serve may be any file.
  if (api.backend.kind !== 'server') return read.then(({ labels }) => labels).catch(() => []);
  return (await read).labels;
}
