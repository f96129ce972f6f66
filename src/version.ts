import packageJson from '../package.json' with { type: 'json' };

/** fortress's own version. */
export const VERSION: string = packageJson.version;
