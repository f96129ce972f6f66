import { describe, expect, it } from 'vitest';
import { panelsOf } from '../../../src/verify/dashboard.js';

const panelWith = (...expressions: string[]): object => ({
  title: 'Requests',
  targets: expressions.map((expr) => ({ expr })),
});
const queriesOf = (...expressions: string[]): string[] =>
  panelsOf({ title: 'Gateway', panels: [panelWith(...expressions)] }).flatMap(({ queries }) => queries);

describe('panelsOf', () => {
  it('finds panels in collapsed rows, and leaves out those without queries', () => {
    const panels = [
      { type: 'row', panels: [panelWith('up')] },
      { type: 'text', title: 'Hello' },
      panelWith('nginx_up'),
    ];
    expect(panelsOf({ title: 'Gateway', panels })).toEqual([
      { dashboard: 'Gateway', title: 'Requests', queries: ['up'] },
      { dashboard: 'Gateway', title: 'Requests', queries: ['nginx_up'] },
    ]);
  });

  it('replaces intervals', () => {
    expect(queriesOf('rate(x[$__rate_interval])', 'rate(x[${__interval}])', 'increase(x[$__range])')).toEqual([
      'rate(x[1m])',
      'rate(x[15s])',
      'increase(x[5m])',
    ]);
  });

  it('takes a variable of the dashboard for all of its values', () => {
    expect(queriesOf('up{job="$job",instance=~"${instance:regex}"}')).toEqual(['up{job=~".*",instance=~".*"}']);
  });

  it('ignores hidden queries and what is no dashboard', () => {
    expect(panelsOf({ panels: [{ targets: [{ expr: 'up', hide: true }] }] })).toEqual([]);
    expect(panelsOf(undefined)).toEqual([]);
  });
});
