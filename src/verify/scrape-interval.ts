import { secondsOf, USUAL_SCRAPE_INTERVAL } from './grafana-variables.js';
import { queryRequest, samplesOf } from './prometheus-api.js';
import { jsonOf, property, type Ask, type Reply } from './reply.js';
import { tooRareToWait } from './scrape-wait.js';

/** The exporter of nginx' metrics, by what people call its job, or by its port. */
const EXPORTER = /nginx|:9113\b/i;

interface ScrapeJob {
  /** Of the label `job`. */
  name: string;
  url: string;
  /** Seconds; undefined: Prometheus does not say. */
  interval: number | undefined;
}

/**
 * Seconds between the scrapes of the gateway's metrics, as Prometheus itself says; the usual ones where it does not.
 * What else it scrapes may take its time.
 */
export async function scrapeIntervalOf(send: (request: Ask) => Promise<Reply>, url: string): Promise<number> {
  const [targets, series] = await Promise.all([
    send({ origin: url, path: '/api/v1/targets?state=active' }),
    send(queryRequest({ origin: url, prefix: '' }, 'nginx_up')),
  ]);
  const samples = samplesOf(series);
  const counting = 'problem' in samples ? [] : samples.flatMap(({ metric }) => metric['job'] ?? []);
  return intervalThatMatters(jobsIn(targets), counting);
}

function jobsIn(reply: Reply): ScrapeJob[] {
  const targets = property(property(jsonOf(reply), 'data'), 'activeTargets');
  return (Array.isArray(targets) ? targets : []).map((target: unknown) => ({
    name: String(property(property(target, 'labels'), 'job') ?? property(target, 'scrapePool') ?? ''),
    url: String(property(target, 'scrapeUrl') ?? ''),
    interval: secondsOf(property(target, 'scrapeInterval')),
  }));
}

/**
 * The longest of the jobs that bring the gateway's metrics, by these or by what they are called; where none is
 * seen to, the longest of all that a check can wait for. Pure.
 * @param counting names of the jobs that brought some
 */
export function intervalThatMatters(jobs: ScrapeJob[], counting: string[]): number {
  const intervals = (some: ScrapeJob[]): number[] => some.flatMap(({ interval }) => interval ?? []);
  const all = intervals(jobs);
  const choices = [
    intervals(jobs.filter(({ name }) => counting.includes(name))),
    intervals(jobs.filter(({ name, url }) => EXPORTER.test(`${name} ${url}`))),
    all.filter((interval) => tooRareToWait(interval) === null),
  ];
  const known = choices.find((choice) => choice.length > 0);
  if (known) return Math.max(...known);
  return all.length > 0 ? Math.min(...all) : USUAL_SCRAPE_INTERVAL;
}
