import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Ways to attack a gateway, as `attacker.js` knows them. */
export const ATTACKS = [
  { kind: 'nothing', title: 'none: the attacker only computes' },
  { kind: 'slow-headers', title: '500 slow clients, in their headers' },
  { kind: 'slow-bodies', title: '500 slow clients, in their bodies' },
  { kind: 'wrong-passwords', title: 'wrong passwords, 50 at a time' },
  { kind: 'wrong-passwords-kept', title: 'the same on kept connections' },
  { kind: 'large-bodies', title: 'bodies of 100 MB, 4 at a time' },
  { kind: 'large-bodies-chunked', title: 'the same, chunked' },
  { kind: 'large-bodies-elsewhere', title: 'the same, chunked, no such path' },
  { kind: 'large-bodies-redirected', title: 'the same over plain HTTP' },
  { kind: 'header-bombs', title: 'headers of 800 KB, 20 at a time' },
  { kind: 'garbage', title: 'raw garbage, 50 at a time' },
] as const;

export type Attack = (typeof ATTACKS)[number];

/** What an attacker met. */
export interface Attacked {
  sent: number;
  /** By status, or by what came instead of one. */
  outcomes: Record<string, number>;
}

/** Whom to attack, and from where. */
export interface Aim {
  project: string;
  /** Published ports of the gateway. */
  ports: { http: number; https: number };
  /** From the good client's own address, through the published ports; else from another one. */
  sharedAddress: boolean;
}

const INSIDE = { host: 'gateway', https: 443, http: 80 };

export interface AttackOptions {
  kind: string;
  seconds: number;
  /** The attacker is there: what its container took to start is over. */
  onBegun: () => void;
  /** It has done its work, but is still there. */
  onOver: () => void;
  signal: AbortSignal;
}

/**
 * Attacks a project's gateway from a container of its own.
 * @throws Error with what the attacker printed when it fails
 */
export async function attack(aim: Aim, options: AttackOptions): Promise<Attacked> {
  const { kind, seconds, onBegun, onOver, signal } = options;
  const { project, ports, sharedAddress } = aim;
  const { stdout: image } = await execa('docker', ['inspect', '--format', '{{.Image}}', `${project}-api-v1-1`]);
  const input = await readFile(join(import.meta.dirname, 'attacker.js'));
  const { host, https, http } = sharedAddress ? { host: '127.0.0.1', ...ports } : INSIDE;
  // On a machine of its own it would take no processor time from the gateway; here it only gets what is left.
  const run = [
    'run',
    '--rm',
    '--init',
    '--interactive',
    '--cpu-shares',
    '2',
    '--network',
    sharedAddress ? 'host' : `${project}-edge`,
    '--entrypoint',
    'node',
  ];
  const program = ['--input-type=module', '-', kind, String(seconds), host, String(https), String(http)];
  let attacked: Attacked = { sent: 0, outcomes: {} };
  for await (const line of execa('docker', [...run, image, ...program], { input, cancelSignal: signal })) {
    if (line === 'begun') {
      onBegun();
      continue;
    }
    attacked = JSON.parse(line) as Attacked;
    onOver();
  }
  return attacked;
}
