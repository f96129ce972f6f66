import type Docker from 'dockerode';
import { FortressError } from '../src/errors.js';
import { connect } from '../src/engine/docker/connect.js';
import { imageStore } from '../src/engine/docker/images.js';
import type { ImageStore } from '../src/images/image-store.js';

/** The Docker Engine of this machine. */
export interface Engine {
  docker: Docker;
  store: ImageStore;
}

/** @throws FortressError (exit 3) when none answers */
export async function findEngine(): Promise<Engine> {
  const { docker } = await connect();
  return { docker, store: imageStore(docker) };
}

/** Whether an error says that something this machine lacks is in the way: an engine, mmdebstrap, a mirror. */
export const isLack = (error: unknown): error is FortressError =>
  error instanceof FortressError && error.exitCode === 3;
