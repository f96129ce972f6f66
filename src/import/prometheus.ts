import { LineCounter, parseDocument } from 'yaml';
import { configError } from '../errors.js';
import { isMapping, itemsOf, textOf, type Mapping } from '../grade/compose/document.js';

/** What a prometheus.yml says. */
export interface PrometheusFacts {
  /** `global.scrape_interval`; null: it does not say. */
  scrapeInterval: string | null;
  jobs: ScrapeJob[];
  /** Other parts of it: `rule_files`, `alerting`, `remote_write` … */
  others: string[];
  /** fortress wrote it: there is nothing in it that fortress would not do again. */
  isOurs: boolean;
  /** Name of the file; null: there is none. */
  file: string | null;
}

interface ScrapeJob {
  name: string;
  /** Without their ports; and the path that each is asked for. */
  targets: { host: string; path: string }[];
  /** File and line. */
  where: string;
}

export const NO_PROMETHEUS: PrometheusFacts = { scrapeInterval: null, jobs: [], others: [], isOurs: false, file: null };

/**
 * Reads a prometheus.yml. Pure.
 * @throws FortressError (exit 2) naming file and line of what is no YAML
 */
export function readPrometheus(text: string, file: string): PrometheusFacts {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error)
    throw configError(`${file}:${error.linePos?.[0].line ?? 1}: found what is no YAML`, {
      why: error.message,
      cause: error,
    });
  const raw = toPlain(document.toJS.bind(document), file);
  if (!isMapping(raw)) return { ...NO_PROMETHEUS, file };
  const global = isMapping(raw['global']) ? raw['global'] : {};
  return {
    scrapeInterval: textOf(global['scrape_interval']) || null,
    jobs: itemsOf(raw['scrape_configs']).flatMap((job, index) => {
      const node = document.getIn(['scrape_configs', index], true) as { range?: [number, number, number] } | undefined;
      const line = node?.range ? lines.linePos(node.range[0]).line : 1;
      return isMapping(job) ? [jobOf(job, `${file}:${line}`)] : [];
    }),
    isOurs: false,
    others: Object.keys(raw).filter((key) => !['global', 'scrape_configs'].includes(key)),
    file,
  };
}

/** Aliases of aliases grow without bound. */
const MOST_ALIASES = 100;

function toPlain(toJS: (options: { maxAliasCount: number }) => unknown, file: string): unknown {
  try {
    return toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw configError(`${file}: found what is no YAML`, { why: (error as Error).message, cause: error });
  }
}

function jobOf(job: Mapping, where: string): ScrapeJob {
  const usual = textOf(job['metrics_path']) || '/metrics';
  const targets = itemsOf(job['static_configs']).flatMap((part) => {
    if (!isMapping(part)) return [];
    const labels = isMapping(part['labels']) ? part['labels'] : {};
    const path = textOf(labels['__metrics_path__']) || usual;
    return itemsOf(part['targets']).map((target) => ({ host: hostOf(textOf(target)), path }));
  });
  return { name: textOf(job['job_name']), targets, where };
}

const hostOf = (target: string): string =>
  target
    .replace(/^\w+:\/\//, '')
    .replace(/[:/].*$/, '')
    .toLowerCase();
