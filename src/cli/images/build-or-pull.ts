import type { ResolvedConfig } from '../../config/resolved.js';
import { connect } from '../../engine/docker/connect.js';
import { note as noteAside, print, printJson } from '../../report/print.js';
import { getImages, type GetOptions } from './get.js';

const ACTIONS = {
  build: { which: 'built', done: 'built', nothing: 'nothing is built here: all images are pulled' },
  pull: { which: 'pulled', done: 'pulled', nothing: 'nothing is pulled: all images are built here' },
} as const;

/** `fortress images build`, `fortress images pull`. */
export async function buildOrPull(
  config: ResolvedConfig,
  action: keyof typeof ACTIONS,
  { json, signal }: { json: boolean; signal: AbortSignal },
): Promise<void> {
  const { which, done, nothing } = ACTIONS[action];
  const note = json ? noteAside : print;
  const options: GetOptions = { command: `fortress images ${action}`, which, aside: json, signal, note };
  const { source, reason, images, leftOut } = await getImages(config, await connect(), options);
  if (json) {
    printJson({ source, reason, images, leftOut });
    return;
  }
  for (const { reference, fresh } of images) print(fresh ? `✓ ${done} ${reference}` : `✓ ${reference} was there`);
  if (images.length === 0) print(nothing);
  for (const { image, reason: why } of leftOut) print(`left out: ${image} (${why})`);
}
