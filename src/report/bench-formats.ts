import { formatBenchHtml } from './bench-html.js';
import { documentOf } from './print.js';

/** What `--report` of `bench` can write. */
export const BENCH_FORMATS = { json: documentOf, html: formatBenchHtml } as const;
