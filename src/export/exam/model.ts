import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { ResolvedApi } from '../../config/resolved.js';
import { configError } from '../../errors.js';
import { readModel } from '../../model/read-model.js';
import { SELF_CONTAINED } from '../../train/model-folder.js';
import type { ExportedFile } from '../exported.js';
import { PATHS } from './paths.js';

export interface ExamModels {
  files: ExportedFile[];
  /** Path in the tree, by API. */
  paths: Record<string, string>;
  /** APIs that serve another model than under fortress. */
  replaced: string[];
}

/**
 * The model files of the tree. Our own features need our own featuriser, which is not Python: such a
 * model gives way to the self-contained one that `fortress train` wrote beside it.
 * @throws FortressError (exit 2) when there is none, or a model cannot be read
 */
export async function examModels(apis: ResolvedApi[]): Promise<ExamModels> {
  const wanted = apis.flatMap((api) => (api.model === null ? [] : [{ api, model: api.model }]));
  const sources = await Promise.all(
    wanted.map(async ({ api, model }) => ({
      api: api.name,
      source: api.backend.kind === 'server' ? await selfContained(model) : model,
      model,
    })),
  );
  const distinct = [...new Set(sources.map(({ source }) => source))];
  const pathOf = ({ api, source }: { api: string; source: string }): string =>
    `${PATHS.model}/${distinct.length === 1 ? 'model' : api}${extname(source)}`;
  return {
    files: await Promise.all(
      uniquePaths(sources.map((each) => ({ path: pathOf(each), source: each.source }))).map(
        async ({ path, source }) => ({ path, content: await readFile(source) }),
      ),
    ),
    paths: Object.fromEntries(sources.map((each) => [each.api, pathOf(each)])),
    replaced: sources.filter(({ source, model }) => source !== model).map(({ api }) => api),
  };
}

const uniquePaths = <T extends { path: string }>(items: T[]): T[] => [
  ...new Map(items.map((item) => [item.path, item])).values(),
];

async function selfContained(model: string): Promise<string> {
  const { kind } = await readModel(model);
  if (kind === 'text') return model;
  const beside = join(dirname(model), SELF_CONTAINED);
  if (!existsSync(beside)) {
    throw configError(`${model} needs fortress's own featuriser, and there is no ${SELF_CONTAINED} beside it`, {
      why: 'The exam has FastAPI apps, and they need a model that takes texts as they are.',
      hint: 'train it again with `fortress train … --self-contained`, which writes both',
    });
  }
  await readModel(beside);
  return beside;
}
