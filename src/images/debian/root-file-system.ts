import { execa, ExecaError } from 'execa';
import { FortressError } from '../../errors.js';
import type { TransferOptions } from '../image-store.js';
import { hostMirrorLines } from './mirror.js';
import { DEBIAN_RELEASE, type Recipe } from './recipes.js';

const HINT = 'run `fortress doctor --fix`, which installs what is missing on Debian and Ubuntu';

/** What mmdebstrap's own lines mean to people. */
const STEPS: Record<string, string> = {
  'running apt-get update': 'reading the package index',
  'downloading packages': 'downloading packages',
  'extracting archives': 'unpacking packages',
  'creating tarball': 'packing the image',
};

/**
 * Unpacks a recipe's packages, verified against Debian's archive keyring, into a tar file.
 * @param architecture Debian's name of it
 * @throws FortressError (exit 3) when mmdebstrap is missing, may not run, or apt cannot reach a mirror
 */
export async function packRootFileSystem(
  recipe: Recipe,
  architecture: string,
  tarFile: string,
  { report, signal }: TransferOptions,
): Promise<void> {
  if (process.platform !== 'linux') {
    throw unavailable(`Debian packages can be unpacked on Linux only, not on ${process.platform}`, {
      hint: 'connect to a container registry, or run fortress on Debian or Ubuntu',
    });
  }
  const args = mmdebstrapArguments(
    recipe,
    architecture,
    tarFile,
    await hostMirrorLines(DEBIAN_RELEASE),
    await hostAptOptions(),
  );
  const mmdebstrap = execa('mmdebstrap', args, {
    stdin: 'ignore',
    stdout: 'ignore',
    cancelSignal: signal,
    reject: false,
  });
  for await (const line of mmdebstrap.iterable({ from: 'stderr' })) {
    const step = Object.keys(STEPS).find((text) => line.startsWith(`I: ${text}`));
    if (step !== undefined) report(`${STEPS[step]}`);
  }
  const result = await mmdebstrap;
  signal?.throwIfAborted();
  if (result instanceof ExecaError) throw explainFailure(result);
}

/** Pure. */
export function mmdebstrapArguments(
  recipe: Recipe,
  architecture: string,
  tarFile: string,
  mirrorLines: string[],
  aptOptions: string[],
): string[] {
  return [
    '--variant=extract',
    `--architectures=${architecture}`,
    `--include=${recipe.packages.join(',')}`,
    '--format=tar',
    // No mounts: killed as root, mmdebstrap would leave the host's /dev/shm, /proc and /sys mounted in
    // its temporary folder, where the next clean-up of /tmp finds them. Unpacking needs none of them.
    // Nothing of another architecture is run; the hooks clean up and delete what the rest would look for.
    '--skip=chroot/mount,check/qemu,cleanup/apt,cleanup/mmdebstrap,output/dev',
    ...aptOptions.map((option) => `--aptopt=${option}`),
    ...recipe.hooks.map((hook) => `--extract-hook=${hook}`),
    DEBIAN_RELEASE,
    tarFile,
    ...mirrorLines,
  ];
}

/** mmdebstrap's apt reads no configuration of the host: hand over how to get out. */
async function hostAptOptions(): Promise<string[]> {
  const { stdout } = await execa('apt-config', ['dump', 'Acquire'], { reject: false });
  return ['Acquire::Languages "none"', ...networkOptions(stdout ?? '')];
}

/** The proxies and CAs in the output of `apt-config dump`. Pure. */
export const networkOptions = (dump: string): string[] =>
  dump.split('\n').filter((line) => /^Acquire::https?::(?:[^:\s]+::)?(?:Proxy|CAInfo)\b.* "[^"]+";$/.test(line));

function explainFailure(error: ExecaError): FortressError {
  if (error.code === 'ENOENT') {
    return unavailable('mmdebstrap is not installed, which builds images from Debian packages', {
      hint: HINT,
      cause: error,
    });
  }
  const complaints = String(error.stderr ?? '')
    .split('\n')
    .filter((line) => /^(E|Err|error):?\b/i.test(line));
  const why = complaints.slice(-3).join('\n') || error.shortMessage;
  if (/unshare|newuidmap|subuid|user namespace|must be root/i.test(why)) {
    return unavailable('mmdebstrap may not unpack packages as this user', {
      why,
      hint: `${HINT}; or run as root`,
      cause: error,
    });
  }
  return unavailable('the packages could not be had from the Debian mirror', {
    why,
    hint: 'check that `apt-get update` works on this machine; then `fortress doctor --fix`; or bring the images from a machine that has them: fortress images save',
    cause: error,
  });
}

const unavailable = (message: string, options: { why?: string; hint: string; cause?: unknown }): FortressError =>
  new FortressError('IMAGE_BUILD_UNAVAILABLE', 3, message, options);
