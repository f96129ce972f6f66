import type { ImageSource } from '../../images/image-source.js';
import type { Call } from '../../plan/operation.js';
import type { Engine, Progress } from '../engine.js';
import { isLocal } from './address.js';
import type { Connection } from './connect.js';
import { createContainer, removeContainer, startContainer, stopContainer } from './containers.js';
import { explainEngineError } from './errors.js';
import { removeImage } from './images.js';
import { createNetwork, removeNetwork } from './networks.js';
import { createDockerReader } from './reader.js';
import { reloadFiles } from './reload.js';
import { createVolume, removeVolume } from './volumes.js';
import { waitUntilReady } from './wait.js';
import { awaitOldWorkers } from './workers.js';

/** @param images where `image.ensure` gets images from; needed by plans that have such operations */
export function createDockerEngine(connection: Connection, images: ImageSource | null): Engine {
  return {
    ...createDockerReader(connection),
    async execute(call, progress, signal) {
      try {
        await carryOut(connection, images, call, progress, signal);
      } catch (error) {
        throw signal.aborted ? error : explainEngineError(error, call.kind);
      }
    },
  };
}

async function carryOut(
  { docker, address }: Connection,
  images: ImageSource | null,
  call: Call,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  switch (call.kind) {
    case 'image.ensure':
      if (!images) throw new TypeError('this engine was made without an image source');
      return images.ensure(call.image, progress, signal);
    case 'image.remove':
      return removeImage(docker, call.name);
    case 'network.create':
      return createNetwork(docker, call.project, call.network);
    case 'network.remove':
      return removeNetwork(docker, call.name);
    case 'volume.create':
      return createVolume(docker, call.project, call.volume.name);
    case 'volume.remove':
      return removeVolume(docker, call.name);
    case 'container.create':
      return createContainer(docker, call.container);
    case 'container.start':
      return startContainer(docker, call.name);
    case 'container.wait':
      return waitUntilReady(docker, call, { progress, signal, local: isLocal(address) });
    case 'container.reload':
      return reloadFiles(docker, call.name, call.service, call.files);
    case 'container.drain':
      return awaitOldWorkers(docker, call.name, call.seconds, signal);
    case 'container.stop':
      return stopContainer(docker, call.name);
    case 'container.remove':
      return removeContainer(docker, call.name);
  }
}
