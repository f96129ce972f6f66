import { X509Certificate } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { execa } from 'execa';
import type { ResolvedConfig } from '../../config/resolved.js';
import { certificatesIn } from '../../credentials/own-certificate.js';
import { trustedFile } from '../../credentials/store.js';
import { installedPath, javaAlias, trustSteps, type TrustSystem } from '../../credentials/trust-steps.js';
import { inspectMachine, type Machine } from '../../doctor/fix/machine.js';
import { createRunAsRoot, type RunAsRoot } from '../../doctor/fix/run-as-root.js';
import { messageOf, operationError, usageError } from '../../errors.js';
import { note, print, printJson } from '../../report/print.js';

interface TrustOptions {
  install: boolean;
  uninstall: boolean;
  json: boolean;
  signal: AbortSignal;
}

/** Says what clients need to trust the gateway; on Debian and Ubuntu does the machine's own part. */
export async function trust(config: ResolvedConfig, { install, uninstall, json, signal }: TrustOptions): Promise<void> {
  const ca = trustedFile(config.gateway.tls, config.stateDir);
  const certificate = await readTrusted(config, ca);
  const machine = await inspectMachine({ terminal: process.stdin.isTTY });
  const system = systemOf(machine);
  if (install || uninstall) {
    assertDebian(system, machine);
    const runAsRoot = createRunAsRoot(machine.privilege, note, signal);
    await (install ? installTrust(config, ca, certificate, runAsRoot) : uninstallTrust(config.project, runAsRoot));
  }
  const steps = trustSteps({ file: relative(process.cwd(), ca), project: config.project, system });
  if (json) {
    const { fingerprint256: fingerprint, validTo } = certificate;
    printJson({ ca, fingerprint, validTo, system, installed: await isInstalled(config.project), steps });
    return;
  }
  if (install)
    print(
      `✓ this machine trusts ${certificate.subject.replaceAll('\n', ', ')}; take it back: fortress certs trust --uninstall`,
    );
  else if (uninstall) print('✓ this machine does not trust it any more');
  else print(`${relative(process.cwd(), ca)}\nSHA-256 ${certificate.fingerprint256}\n`);
  const shown = install ? steps.filter(({ machine: isMachine }) => !isMachine) : uninstall ? [] : steps;
  if (install) print('\nThese have trust stores of their own and are not done:\n');
  for (const { subject, lines } of shown) print(`${subject}\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
}

async function readTrusted({ project, gateway }: ResolvedConfig, ca: string): Promise<X509Certificate> {
  const text = await readFile(ca, 'utf8').catch((error: unknown) => {
    throw operationError('NO_CA', `${project} has no CA certificate yet`, {
      why: messageOf(error),
      hint: gateway.tls.own === null ? 'make one: fortress certs' : 'correct gateway.tls in the configuration',
    });
  });
  const [pem] = certificatesIn(text);
  if (pem === undefined) throw operationError('NO_CA', `there is no certificate in ${ca}`);
  return new X509Certificate(pem);
}

function systemOf({ platform, distribution }: Machine): TrustSystem {
  if (platform === 'darwin') return 'macos';
  if (platform === 'win32') return 'windows';
  if (distribution.includes('debian')) return 'debian';
  return distribution.includes('fedora') || distribution.includes('rhel') ? 'fedora' : 'other';
}

function assertDebian(system: TrustSystem, { privilege }: Machine): void {
  if (system !== 'debian') {
    throw usageError('fortress changes the trust store of Debian and Ubuntu only; nothing was changed', {
      hint: 'do what `fortress certs trust` prints for this system',
    });
  }
  if (privilege === 'none') {
    throw operationError(
      'NOT_ROOT',
      'the trust store of this machine can be changed by root only; nothing was changed',
      {
        hint: 'run it as root or where sudo can be used',
      },
    );
  }
}

async function installTrust(
  { project, gateway }: ResolvedConfig,
  ca: string,
  certificate: X509Certificate,
  runAsRoot: RunAsRoot,
): Promise<void> {
  if (!certificate.ca) {
    throw usageError(`${ca} is not the certificate of a CA; nothing was changed`, {
      why: 'update-ca-certificates takes those of CAs only',
      hint: gateway.tls.own === null ? undefined : 'name the CA that signed it as gateway.tls.ca',
    });
  }
  await required(runAsRoot, 'install', '-m', '644', ca, installedPath(project));
  await required(runAsRoot, 'update-ca-certificates');
}

async function uninstallTrust(project: string, runAsRoot: RunAsRoot): Promise<void> {
  if (!(await isInstalled(project))) {
    throw operationError('NOT_INSTALLED', `${installedPath(project)} is not there; nothing was changed`);
  }
  await required(runAsRoot, 'rm', installedPath(project));
  await required(runAsRoot, 'update-ca-certificates', '--fresh');
  // Debian hands what is added on to Java's store, and forgets to take it back.
  const entry = ['-cacerts', '-storepass', 'changeit', '-alias', javaAlias(project)];
  const { exitCode } = await execa('keytool', ['-list', ...entry], { reject: false, stdio: 'ignore' });
  if (exitCode === 0) await required(runAsRoot, 'keytool', '-delete', ...entry);
}

const isInstalled = (project: string): Promise<boolean> =>
  access(installedPath(project)).then(
    () => true,
    () => false,
  );

async function required(runAsRoot: RunAsRoot, command: string, ...args: string[]): Promise<void> {
  const exitCode = await runAsRoot(command, ...args).catch((error: unknown) => {
    throw operationError('TRUST_FAILED', `${command} could not be run`, {
      why: messageOf(error),
      hint: 'apt-get install ca-certificates',
    });
  });
  if (exitCode !== 0) throw operationError('TRUST_FAILED', `${command} ended with exit code ${exitCode}`);
}
