import { assertEngine } from '../../support/engine.js';
import { removeAbandoned } from './containers.js';
import { ensureImages, type Images } from './images.js';
import { openLane, type Lane } from './lane.js';
import { ALL_APIS, type StudentStack } from './student-stack.js';

/** Lanes with the usual APIs, which cases share one after the other: starting them is what takes long. */
export interface Lanes {
  images: Images;
  idle: Lane[];
}

/**
 * Makes sure of an engine and of images; lanes are opened when they are wanted.
 * @throws Error when no engine answers or an image cannot be had
 */
export async function openLanes(): Promise<Lanes> {
  await assertEngine();
  await removeAbandoned();
  return { images: await ensureImages(), idle: [] };
}

/** Lends a lane with these APIs: one of the idle, or a new one. Never two cases in one lane at once. */
export async function withLane<T>(
  lanes: Lanes,
  stack: Pick<StudentStack, 'apis' | 'isInternal'>,
  use: (lane: Lane) => Promise<T>,
): Promise<T> {
  const isUsual = stack.apis === ALL_APIS && !stack.isInternal;
  const lane = (isUsual ? lanes.idle.pop() : undefined) ?? (await openLane(lanes.images, stack));
  try {
    return await use(lane);
  } finally {
    if (isUsual) lanes.idle.push(lane);
    else await lane.close();
  }
}

export async function closeLanes({ idle }: Lanes): Promise<void> {
  await Promise.all(idle.splice(0).map((lane) => lane.close()));
}
