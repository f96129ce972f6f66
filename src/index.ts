import type { FortressConfig } from './config/types.js';

export type * from './config/types.js';

/** Returns its argument: gives editors the type of `fortress.config.ts`. */
export const defineConfig = (config: FortressConfig): FortressConfig => config;
