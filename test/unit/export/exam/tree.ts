import { resolve } from 'node:path';
import type { FortressConfig } from '../../../../src/config/types.js';
import { exportExam } from '../../../../src/export/exam/index.js';
import type { Exported, ExportedBuild } from '../../../../src/export/exported.js';
import { exportMaterialOf } from '../material.js';

/** The model that fortress brings: its features, and the self-contained one beside it. */
export const MODEL = resolve('model/model.onnx');

export const APIS = {
  v1: { model: MODEL, replicas: 3, debug: false },
  v2: { model: MODEL, replicas: 1, debug: true },
};

/** The tree of a configuration; its APIs serve the default model unless it says otherwise. */
export const treeOf = (input: FortressConfig = {}, builds: Record<string, ExportedBuild> = {}): Promise<Exported> =>
  exportExam({ ...exportMaterialOf({ apis: APIS, ...input }), builds });

export function textOf({ files }: Exported, path: string): string {
  const file = files.find((each) => each.path === path);
  if (!file) throw new Error(`no ${path} among ${files.map((each) => each.path).join(', ')}`);
  return file.content.toString();
}
