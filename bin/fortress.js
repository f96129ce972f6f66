#!/usr/bin/env node
// Old Node versions fail on our syntax with a stack trace; this file is plain enough for them to say why.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `fortress needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a current one from nodejs.org.`,
  );
  process.exitCode = 2;
} else if (!existsSync(new URL('../dist/cli.js', import.meta.url))) {
  console.error(
    `fortress is not built yet: run \`npm ci && npm run build\` (or \`make start-project\`) in ${fileURLToPath(new URL('..', import.meta.url))}`,
  );
  process.exitCode = 2;
} else {
  await import('../dist/cli.js');
}
