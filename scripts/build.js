// Builds dist/: the CLI with the thread of `fortress train`, and the library (code-split, so that each
// command loads only what it needs), the model server for the API image (one file, and those of its
// `/docs`), the client of `fortress bench` and the guard (one file each), and the types of the public surface.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { writeDocsPage } from './docs-page.js';
import { lazyRequires } from './lazy-requires.js';

rmSync('dist', { recursive: true, force: true });

// What dockerode needs for an engine over SSH, which we refuse, and for a BuildKit session, which we don't open.
const NEVER_REACHED = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader'];

const common = {
  bundle: true,
  // Half the text to parse at each start; names stay, for stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  logLevel: 'warning',
  sourcemap: false,
  // CommonJS dependencies inside an ES module bundle still use what only CommonJS has.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url);',
      'const { filename: __filename, dirname: __dirname } = import.meta;',
    ].join(' '),
  },
};

await build({
  ...common,
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts', 'train/worker': 'src/train/worker.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [lazyRequires],
  // jiti loads its own Babel by a relative path; onnxruntime-node is 288 MB and not part of what
  // `npx fortress` downloads.
  external: ['jiti', 'onnxruntime-node', ...NEVER_REACHED],
});

await build({
  ...common,
  entryPoints: { 'server/server': 'src/server/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  external: ['onnxruntime-node'],
});
writeDocsPage('dist/server/docs');

await build({
  ...common,
  entryPoints: { 'bench/client': 'src/bench/client/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
});

await build({
  ...common,
  entryPoints: { 'guard/guard': 'src/guard/main.ts' },
  outdir: 'dist',
  plugins: [lazyRequires],
  external: NEVER_REACHED,
});

execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], { stdio: 'inherit' });
