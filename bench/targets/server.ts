import { startNode } from './process.js';
import type { Target } from './target.js';

/** Our model server as it runs in its image, request log included; on this machine's Node. */
export const serverTarget = (serverFile: string, modelFile: string): Target => ({
  name: 'server',
  title: 'fortress model server',
  start: async (port, onStart) =>
    startNode(
      ['--max-semi-space-size=8', serverFile],
      { NODE_ENV: 'production', MODEL_PATH: modelFile, HOST: '127.0.0.1', PORT: String(port) },
      onStart,
    ),
});
