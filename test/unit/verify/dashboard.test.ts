import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { panelsOf } from '../../../src/verify/dashboard.js';

const panelWith = (...expressions: string[]): object => ({
  title: 'Requests',
  targets: expressions.map((expr) => ({ expr })),
});
const queriesOf = (...expressions: string[]): string[] =>
  panelsOf({ title: 'Gateway', panels: [panelWith(...expressions)], time: { from: 'now-15m', to: 'now' } }, 5).flatMap(
    ({ queries }) => queries,
  );

const stepsOf = (interval: { interval?: string }): string[] => {
  const target = { expr: '[$__rate_interval] [$__interval]', ...interval };
  return panelsOf({ panels: [{ ...interval, targets: [target] }] }, 5).flatMap(({ queries }) => queries);
};

describe('panelsOf', () => {
  it('finds panels in collapsed rows, and leaves out those without queries', () => {
    const panels = [
      { type: 'row', panels: [panelWith('up')] },
      { type: 'text', title: 'Hello' },
      panelWith('nginx_up'),
    ];
    expect(panelsOf({ title: 'Gateway', panels }, 15)).toEqual([
      { dashboard: 'Gateway', title: 'Requests', queries: ['up'] },
      { dashboard: 'Gateway', title: 'Requests', queries: ['nginx_up'] },
    ]);
  });

  it('gives variables the values that Grafana computes from range and scrape interval', () => {
    expect(
      queriesOf('rate(x[$__rate_interval])', 'rate(x[${__interval}])', 'increase(x[$__range])', '$__interval_ms'),
    ).toEqual(['rate(x[20s])', 'rate(x[5s])', 'increase(x[900s])', '5000']);
  });

  it('asks wider steps of a wide range, six hours by default, and heeds a minimum step', () => {
    expect(stepsOf({})).toEqual(['[26600ms] [21600ms]']);
    expect(stepsOf({ interval: '1m' })).toEqual(['[240s] [60s]']);
  });

  it('leaves alone what is no variable of Grafana', () => {
    expect(queriesOf('label_replace(up, "a", "$1", "b", "(.*)")', '$__unknown')).toEqual([
      'label_replace(up, "a", "$1", "b", "(.*)")',
      '$__unknown',
    ]);
  });

  it('understands every query of our own dashboard', async () => {
    const template = await readFile(
      new URL('../../../templates/grafana/dashboards/gateway.json.eta', import.meta.url),
      'utf8',
    );
    const queries = panelsOf(JSON.parse(template) as unknown, 5).flatMap((panel) => panel.queries);
    expect(queries).toContain('rate(nginx_connections_accepted[20s])');
    expect(queries.filter((query) => query.includes('$'))).toEqual([]);
  });

  it('takes a variable of the dashboard for all of its values', () => {
    expect(queriesOf('up{job="$job",instance=~"${instance:regex}"}')).toEqual(['up{job=~".*",instance=~".*"}']);
  });

  it('ignores hidden queries and what is no dashboard', () => {
    expect(panelsOf({ panels: [{ targets: [{ expr: 'up', hide: true }] }] }, 15)).toEqual([]);
    expect(panelsOf(undefined, 15)).toEqual([]);
  });
});
