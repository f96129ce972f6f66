import { formatHtml } from './verify-html.js';
import { formatJson } from './verify-json.js';
import { formatJunit } from './verify-junit.js';
import { formatTap } from './verify-tap.js';

/** What `--report` of `verify` and `grade` can write. */
export const VERIFY_FORMATS = { json: formatJson, junit: formatJunit, tap: formatTap, html: formatHtml } as const;

export type VerifyFormat = keyof typeof VERIFY_FORMATS;
