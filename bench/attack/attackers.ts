import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Ways to attack a gateway, as `attacker.js` knows them. */
export const ATTACKS = [
  { kind: 'slow-headers', title: '500 slow clients, in their headers' },
  { kind: 'slow-bodies', title: '500 slow clients, in their bodies' },
  { kind: 'wrong-passwords', title: 'wrong passwords, 50 at a time' },
  { kind: 'large-bodies', title: 'bodies of 100 MB, 4 at a time' },
  { kind: 'header-bombs', title: 'headers of 800 KB, 20 at a time' },
  { kind: 'garbage', title: 'raw garbage, 50 at a time' },
] as const;

/** What an attacker met. */
export interface Attacked {
  sent: number;
  /** By status, or by what came instead of one. */
  outcomes: Record<string, number>;
}

/**
 * Attacks a project's gateway from a container in the gateway's network, which has an address of its own.
 * @throws Error with what the attacker printed when it fails
 */
export async function attack(project: string, kind: string, seconds: number, signal: AbortSignal): Promise<Attacked> {
  const { stdout: image } = await execa('docker', ['inspect', '--format', '{{.Image}}', `${project}-api-v1-1`]);
  const input = await readFile(join(import.meta.dirname, 'attacker.js'));
  // On a machine of its own it would take no processor time from the gateway; here it only gets what is left.
  const run = [
    'run',
    '--rm',
    '--init',
    '--interactive',
    '--cpu-shares',
    '2',
    '--network',
    `${project}-edge`,
    '--entrypoint',
    'node',
  ];
  const program = ['--input-type=module', '-', kind, String(seconds), 'gateway'];
  const { stdout } = await execa('docker', [...run, image, ...program], { input, cancelSignal: signal });
  return JSON.parse(stdout) as Attacked;
}
