import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { docker } from './engine.js';

/**
 * Runs `promtool test rules` in a container of its own.
 * @param image has promtool
 * @param files by name; the tests are in `tests`
 */
export async function testRules(
  image: string,
  files: Record<string, string>,
  tests: string,
): Promise<{ exitCode: number; output: string }> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['promtool', 'test', 'rules', `/tmp/${tests}`],
    Tty: true,
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const archive = pack();
    for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
    archive.finalize();
    await container.putArchive(await buffer(archive), { path: '/tmp' });
    await container.start();
    const { StatusCode: exitCode } = (await container.wait()) as { StatusCode: number };
    return { exitCode, output: String(await container.logs({ stdout: true, stderr: true })) };
  } finally {
    await container.remove({ force: true });
  }
}
