import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiFiles, apiReference, withBase, type ApiFiles } from '../../../src/images/api.js';

let folder: string;
let files: ApiFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-api-'));
  files = {
    serverFile: join(folder, 'server.mjs'),
    docsFolder: join(folder, 'docs'),
    dockerfile: join(folder, 'Dockerfile'),
  };
  mkdirSync(files.docsFolder);
  writeFileSync(join(files.docsFolder, 'index.html'), '<html>');
  writeFileSync(files.serverFile, 'serve()');
  writeFileSync(files.dockerfile, 'ARG NODE_IMAGE\nFROM ${NODE_IMAGE}\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('apiReference', () => {
  it('is stable', () => {
    expect(apiReference('node:24', files)).toMatch(/^fortress\/api:[0-9a-f]{12}$/);
    expect(apiReference('node:24', files)).toBe(apiReference('node:24', files));
  });

  it('changes with the server, its docs page, the Dockerfile and the base', () => {
    const first = apiReference('node:24', files);
    expect(apiReference('node:22', files)).not.toBe(first);
    writeFileSync(files.serverFile, 'serve(2)');
    const second = apiReference('node:24', files);
    expect(second).not.toBe(first);
    writeFileSync(files.dockerfile, 'FROM scratch\n');
    const third = apiReference('node:24', files);
    expect(third).not.toBe(second);
    writeFileSync(join(files.docsFolder, 'index.html'), '<html lang="en">');
    expect(apiReference('node:24', files)).not.toBe(third);
  });

  it('says how to get a missing server', () => {
    rmSync(files.serverFile);
    expect(() => apiReference('node:24', files)).toThrow(
      expect.objectContaining({ code: 'SERVER_NOT_BUILT', hint: 'run `npm run build`' }),
    );
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(apiFiles().dockerfile, 'utf8');

  it('gets its base as the default of its argument', () => {
    expect(withBase(dockerfile, 'fortress/node:debian-1')).toContain('\nARG NODE_IMAGE=fortress/node:debian-1\n');
    expect(withBase(dockerfile, '$&')).toContain('\nARG NODE_IMAGE=$&\n');
  });

  it('needs no network, runs as no one of importance and reports nothing home', () => {
    expect(dockerfile).not.toMatch(/^RUN /m);
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
    expect(dockerfile).toMatch(/^ENV ORT_DISABLE_TELEMETRY=1$/m);
  });
});
