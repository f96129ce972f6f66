import { FortressError } from '../../errors.js';
import type { RunAsRoot } from './run-as-root.js';

/** No question, no pager; a package manager that is at work (unattended upgrades) is waited for. */
const OPTIONS = ['-qq', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300'];

/**
 * Installs Debian packages without the recommended ones.
 * @throws FortressError (exit 3) when apt-get fails
 */
export async function installPackages(packages: string[], runAsRoot: RunAsRoot): Promise<void> {
  if (packages.length === 0) return;
  // A source that cannot be read need not concern us; if it does, the installation says so.
  await runAsRoot('apt-get', ...OPTIONS, 'update');
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  const code = await runAsRoot('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...OPTIONS, ...install);
  if (code === 0) return;
  throw new FortressError('INSTALL_FAILED', 3, `apt-get could not install ${packages.join(' ')}`, {
    why: `it ended with exit code ${code}; its own words are above`,
    hint: 'correct what apt-get names, then run `fortress doctor --fix` again',
  });
}
