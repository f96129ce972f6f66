import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { hasCommand, missingImageTools } from '../image-tools.js';

/** What can be done on this machine, and with which means. */
export interface Machine {
  platform: NodeJS.Platform;
  /** `ID` and `ID_LIKE` of /etc/os-release: `['ubuntu', 'debian']`. */
  distribution: string[];
  apt: boolean;
  /** How we become root. */
  privilege: 'root' | 'sudo' | 'none';
  /** Who starts services. */
  services: 'systemd' | 'init-script' | 'none';
  /** Debian packages that running an engine takes and that are missing. */
  missingForEngine: string[];
  /** Those for building images from Debian packages. */
  missingForImages: string[];
}

/** Looks around; changes nothing. */
export async function inspectMachine({ terminal }: { terminal: boolean }): Promise<Machine> {
  const apt = await hasCommand('apt-get');
  return {
    platform: process.platform,
    distribution: parseDistribution(await readFile('/etc/os-release', 'utf8').catch(() => '')),
    apt,
    privilege: await findPrivilege(terminal),
    services: findServices(),
    missingForEngine: apt ? await missingEnginePackages() : [],
    missingForImages: await missingImageTools(),
  };
}

/** Reads /etc/os-release. Pure. */
export function parseDistribution(text: string): string[] {
  const value = (key: string): string => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
  return `${value('ID')} ${value('ID_LIKE')}`.split(' ').filter((id) => id !== '');
}

async function findPrivilege(terminal: boolean): Promise<Machine['privilege']> {
  if (process.getuid?.() === 0) return 'root';
  if (!(await hasCommand('sudo'))) return 'none';
  // On a terminal sudo may ask for the password; elsewhere it must go without.
  const passwordless = (await execa('sudo', ['-n', 'true'], { reject: false, stdio: 'ignore' })).exitCode === 0;
  return passwordless || terminal ? 'sudo' : 'none';
}

function findServices(): Machine['services'] {
  if (existsSync('/run/systemd/system')) return 'systemd';
  return existsSync('/etc/init.d/docker') ? 'init-script' : 'none';
}

async function missingEnginePackages(): Promise<string[]> {
  // An engine from elsewhere (docker-ce) is used as it is.
  const engine = (await hasCommand('dockerd')) ? [] : ['docker.io'];
  return [...engine, ...(await notInstalled(['ca-certificates', 'iptables']))];
}

async function notInstalled(packages: string[]): Promise<string[]> {
  const format = '${Package} ${db:Status-Status}\\n';
  const { stdout } = await execa('dpkg-query', ['-W', `-f=${format}`, ...packages], { reject: false });
  const installed = stdout?.split('\n') ?? [];
  return packages.filter((name) => !installed.includes(`${name} installed`));
}
