import type { Exported, ExportMaterial } from './exported.js';

/** Writes a stack in the files of another tool. Pure but for reading our own templates. */
export type Exporter = (material: ExportMaterial) => Exported | Promise<Exported>;

export const EXPORTERS: Record<string, () => Promise<Exporter>> = {
  compose: async () => (await import('./compose/index.js')).exportCompose,
  exam: async () => (await import('./exam/index.js')).exportExam,
  kubernetes: async () => (await import('./kubernetes/index.js')).exportKubernetes,
};
