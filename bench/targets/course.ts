import type { Corpus } from '../synthetic-corpus.js';
import type { Engine } from '../engine.js';
import type { TransferOptions } from '../../src/images/image-store.js';
import { ensureCourseImage } from '../course-image.js';
import { startContainer } from './container.js';
import type { Target } from './target.js';

/** The course's design: FastAPI and scikit-learn under uvicorn, one worker. */
export async function courseTarget(
  { docker, store }: Engine,
  corpus: Corpus,
  options: TransferOptions,
): Promise<Target> {
  const image = await ensureCourseImage(store, corpus, options);
  return {
    name: 'course',
    title: 'FastAPI + scikit-learn',
    start: (port, onStart) =>
      startContainer(docker, { image, command: ['--host', '127.0.0.1', '--port', String(port)] }, onStart),
  };
}
