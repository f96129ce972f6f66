import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { startNode } from './process.js';
import type { Target } from './target.js';

/** As long as an average answer. */
const BODY = JSON.stringify({ 'prediction value': 'neutral' });

/** The limit of what a server on Node can reach. */
export const bareTarget: Target = {
  name: 'bare',
  title: 'bare node:http',
  start: async (port, onStart) =>
    startNode(
      [join(packageRoot(), 'bench', 'bare-server.js'), String(port), BODY],
      { NODE_ENV: 'production' },
      onStart,
    ),
};
