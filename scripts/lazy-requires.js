import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

// dockerode loads an SSH client and gRPC at once, though few ever use them; that would double the
// start-up of every command that talks to the engine. Each entry moves one `require` to its use.
const LAZY = {
  'docker-modem/lib/ssh.js': [
    ["var Client = require('ssh2').Client,\n  http = require('http');", "var http = require('http');"],
    ['var conn = new Client();', "var conn = new (require('ssh2').Client)();"],
  ],
  'dockerode/lib/docker.js': [
    ["withSession = require('./session'),", "withSession = (...args) => require('./session')(...args),"],
  ],
};

/** esbuild plugin; fails the build when a dependency no longer has the text it changes. */
export const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad(
      { filter: /node_modules[/\\](docker-modem|dockerode)[/\\]lib[/\\](ssh|docker)\.js$/ },
      async ({ path }) => {
        const entry = Object.entries(LAZY).find(([name]) => path.replaceAll('\\', '/').endsWith(name));
        if (!entry) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const [from, to] of entry[1]) {
          if (!contents.includes(from))
            throw new Error(`lazy-requires: ${basename(path)} no longer contains ${JSON.stringify(from)}`);
          contents = contents.replace(from, to);
        }
        return { contents, loader: 'js' };
      },
    );
  },
};
