import type { ResolvedConfig } from '../../config/resolved.js';
import type { Connection } from '../../engine/docker/connect.js';
import { createDockerEngine } from '../../engine/docker/docker-engine.js';
import { imageStore } from '../../engine/docker/images.js';
import { runPlan } from '../../engine/run-plan.js';
import { chooseImageSource } from '../../images/choose-source.js';
import type { ImageCatalog, ImageSource } from '../../images/image-source.js';
import { isBuilt } from '../../images/is-built.js';
import { withLock } from '../../lock/with-lock.js';
import type { Operation } from '../../plan/operation.js';
import { createPlanReporter } from '../../report/plan-reporter.js';
import { neededImages, runningHere, type Needed, type NeededImage } from './needed.js';

export interface GetOptions {
  /** How people know this process: `fortress images build`. */
  command: string;
  /** Those that are built here, those that are pulled, or both. */
  which: 'built' | 'pulled' | 'all';
  /** Stdout belongs to something else. */
  aside: boolean;
  signal: AbortSignal;
  note(line: string): void;
}

/** What became of the images of a configuration. */
export interface Got extends Omit<Needed, 'images'> {
  source: ImageCatalog['name'];
  reason: string;
  /** Those of the wanted kind. */
  images: (NeededImage & { /** It was not in the engine before. */ fresh: boolean })[];
}

/**
 * Makes images of a configuration exist in the engine, as `up` does and shows it; touches nothing else.
 * @throws FortressError: exit 3 when one cannot be had
 */
export async function getImages(config: ResolvedConfig, connection: Connection, options: GetOptions): Promise<Got> {
  const { command, which, signal, note } = options;
  const store = imageStore(connection.docker);
  const { source, reason } = await chooseImageSource(config, store, await runningHere(config, connection));
  const { images, leftOut } = neededImages(config, source);
  const wanted = images.filter(
    ({ image }) => which === 'all' || isBuilt(config, source.name, image) === (which === 'built'),
  );
  const present = await Promise.all(wanted.map(({ reference }) => store.exists(reference)));
  const absent = wanted.filter((_, index) => !present[index]);
  if (absent.length > 0) {
    note(`images: ${reason}`);
    // The build context lies in the state folder.
    const lock = { stateDir: config.stateDir, command, signal, note };
    await withLock(lock, (lockSignal) => ensure(config.project, connection, source, absent, options, lockSignal));
  }
  return {
    source: source.name,
    reason,
    images: wanted.map((image, index) => ({ ...image, fresh: present[index] === false })),
    leftOut,
  };
}

async function ensure(
  project: string,
  connection: Connection,
  source: ImageSource,
  absent: NeededImage[],
  { command, aside }: GetOptions,
  signal: AbortSignal,
): Promise<void> {
  const operations = absent.map(({ image, reference }): Operation => ({
    id: `image.ensure ${reference}`,
    after: [],
    cause: command,
    effect: 'none',
    call: { kind: 'image.ensure', image, reference },
    undo: null,
    cleanup: null,
  }));
  const plan = { project, operations, rollouts: [] };
  const reporter = await createPlanReporter({ json: aside });
  try {
    await runPlan(plan, createDockerEngine(connection, source), reporter.begin(plan), signal);
  } finally {
    await reporter.end();
  }
}
