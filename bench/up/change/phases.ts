import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticCorpus } from '../../synthetic-corpus.js';
import type { Stage } from '../stage.js';

/** One kind of change; all its commands are run while requests are sent. */
export interface Phase {
  name: string;
  change(stage: Stage): Promise<unknown>;
}

interface History {
  generations: { number: number; current: boolean }[];
}

/** The user who comes and goes. */
const USER = 'passer-by';

const OTHER_MODEL = 'other-model';
const ROWS = 600;

/** Trains another model beside the one that is served, before the load begins. */
export async function trainOtherModel(stage: Stage): Promise<void> {
  const { texts, labels } = makeSyntheticCorpus();
  const rows = texts.slice(0, ROWS).map((text, row) => `"${text.replaceAll('"', '""')}",${labels[row]}`);
  await writeFile(join(stage.folder, 'rows.csv'), ['content,sentiment', ...rows, ''].join('\n'));
  await stage.fortress('train', '--data', 'rows.csv', '--out', OTHER_MODEL);
}

async function newestGeneration(stage: Stage): Promise<number> {
  const { generations } = await stage.json<History>('history');
  return generations.find(({ current }) => current)?.number ?? 1;
}

/**
 * In this order: each goes on from the last. Certificate and users come first, since their commands bring the stack to
 * the configuration; what scale and rollback did would be part of that.
 */
export function allPhases(): Phase[] {
  let firstModel = 0;
  return [
    { name: 'certificate renewed', change: (stage) => stage.fortress('certs', 'renew') },
    { name: 'user added', change: (stage) => stage.fortress('users', 'add', USER, '--random') },
    { name: 'user removed', change: (stage) => stage.fortress('users', 'remove', USER) },
    {
      name: 'another model (rolling)',
      async change(stage) {
        firstModel = await newestGeneration(stage);
        await exchangeModels(stage.folder);
        await stage.fortress('up');
      },
    },
    { name: 'scale 3 → 5', change: (stage) => stage.fortress('scale', 'api-v1=5') },
    { name: 'scale 5 → 2', change: (stage) => stage.fortress('scale', 'api-v1=2') },
    {
      name: 'rollback (rolling, 2 → 3)',
      change: (stage) => stage.fortress('rollback', '--to', String(firstModel)),
    },
    { name: 'up again (rolling)', change: (stage) => stage.fortress('up') },
  ];
}

/** The configuration goes on naming `model/`. */
async function exchangeModels(folder: string): Promise<void> {
  await rm(join(folder, 'model'), { recursive: true });
  await rename(join(folder, OTHER_MODEL), join(folder, 'model'));
}
