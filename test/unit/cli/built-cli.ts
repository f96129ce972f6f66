import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.js';

export interface Outcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs the built CLI outside of any terminal, and with an engine address that nobody answers at. */
export function fortress(args: string[], cwd = packageRoot()): Promise<Outcome> {
  const env = { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock', NO_COLOR: '1', COLUMNS: '80' };
  return new Promise((resolve, reject) => {
    const bin = join(packageRoot(), 'bin/fortress.js');
    execFile(process.execPath, [bin, ...args], { cwd, env }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}
