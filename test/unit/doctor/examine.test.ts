import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { examine, exitCodeOf, type Examination } from '../../../src/doctor/examine.js';

let folder: string;
let server: Server | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fortress-doctor-'));
  vi.stubEnv('DOCKER_HOST', `unix://${folder}/engine.sock`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

const statuses = ({ findings }: Examination, probe: string): string[] =>
  findings.filter((finding) => finding.probe === probe).map(({ status }) => status);

function writeConfig(text: string): string {
  writeFileSync(join(folder, 'fortress.config.mjs'), `export default ${text};\n`);
  return folder;
}

async function engineThatSays(version: object): Promise<void> {
  server = createServer((_, response) => response.end(JSON.stringify(version)));
  await new Promise<void>((resolve) => server?.listen(join(folder, 'engine.sock'), resolve));
}

describe('without an engine', () => {
  it('fails with exit code 3, names the address and where it comes from, and examines the rest', async () => {
    const examination = await examine(writeConfig("{ project: 'sentiment' }"));
    expect(exitCodeOf(examination)).toBe(3);
    expect(examination.engine).toMatchObject({ state: 'unreachable', address: { origin: 'DOCKER_HOST' } });
    const finding = examination.findings.find(({ probe }) => probe === 'engine.reachable');
    expect(finding).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(`${folder}/engine.sock (DOCKER_HOST)`),
    });
    expect(statuses(examination, 'engine.version')).toEqual(['skip']);
    expect(statuses(examination, 'node.version')).toEqual(['ok']);
    expect(statuses(examination, 'ports')).toHaveLength(5);
  });
});

describe('with an engine that will not do', () => {
  it.each([
    [
      'is too old',
      { Version: '19.03.15', ApiVersion: '1.40', Os: 'linux', Arch: 'amd64' },
      /19\.03\.15.*too old.*1\.40/,
    ],
    [
      'runs Windows containers',
      { Version: '27.0', ApiVersion: '1.46', Os: 'windows', Arch: 'amd64' },
      /windows containers/,
    ],
  ])('because it %s, says so', async (_, version, message) => {
    await engineThatSays(version);
    const examination = await examine(writeConfig('{}'));
    expect(exitCodeOf(examination)).toBe(3);
    expect(statuses(examination, 'engine.reachable')).toEqual(['ok']);
    const finding = examination.findings.find(({ probe }) => probe === 'engine.version');
    expect(finding).toMatchObject({ status: 'fail', found: expect.stringMatching(message) });
  });
});

it('refuses a wrong configuration instead of looking at something else', async () => {
  await expect(examine(writeConfig('{ gatway: {} }'))).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 2 });
});
