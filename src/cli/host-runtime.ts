import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf, operationError } from '../errors.js';
import { ONNXRUNTIME } from '../images/api/onnxruntime-package.js';
import { importRuntime, type OnnxRuntime, runtimeOf, type RuntimeModules } from '../server/session.js';

const PLATFORM = `${process.platform} ${process.arch}`;

/**
 * onnxruntime on this machine: the one installed beside fortress, else on Linux the one that the API
 * image is built with, fetched once.
 * @throws FortressError when there is none for this platform, or it cannot be fetched or loaded
 */
export async function loadHostRuntime(report: (line: string) => void): Promise<OnnxRuntime> {
  try {
    return await importRuntime();
  } catch (error) {
    if (process.platform !== 'linux') throw missing(error);
  }
  const { findOnnxRuntime } = await import('../images/api/onnxruntime.js');
  const { 'onnxruntime-node': folder } = await findOnnxRuntime(process.arch, report);
  try {
    const load = createRequire(join(folder, 'package.json'));
    return runtimeOf({
      main: load(folder) as RuntimeModules['main'],
      binding: load('./dist/binding.js') as RuntimeModules['binding'],
    });
  } catch (error) {
    throw missing(error);
  }
}

const missing = (error: unknown): Error =>
  operationError('ONNXRUNTIME_MISSING', `onnxruntime cannot be loaded on this machine (${PLATFORM})`, {
    why: messageOf(error).split('\n')[0],
    hint: [
      `Install it beside fortress (npm install onnxruntime-node@${ONNXRUNTIME.version}) where it exists for ${PLATFORM}.`,
      'Only `model test` needs it here: `up` runs models inside the API image.',
    ].join(' '),
    cause: error,
  });
