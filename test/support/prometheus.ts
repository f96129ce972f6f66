import { ask } from './http.js';

export interface Series {
  metric: Record<string, string>;
  value: [seconds: number, value: string];
}

/** What a rule came to. */
export interface Rule {
  type: 'recording' | 'alerting';
  name: string;
  query: string;
  health: string;
  lastError?: string;
}

/** Answers of Prometheus' HTTP API. */
export interface PrometheusClient {
  get<T>(path: string): Promise<T>;
  query(expression: string): Promise<Series[]>;
  rules(): Promise<Rule[]>;
}

/** @param port called each time, since a project gets its ports late */
export function prometheusAt(port: () => number): PrometheusClient {
  async function get<T>(path: string): Promise<T> {
    const { body } = await ask({ protocol: 'http', port: port(), path });
    const { data, error } = JSON.parse(body) as { data: T; error?: string };
    if (error !== undefined) throw new Error(error);
    return data;
  }
  return {
    get,
    query: async (expression) =>
      (await get<{ result: Series[] }>(`/api/v1/query?query=${encodeURIComponent(expression)}`)).result,
    rules: async () =>
      (await get<{ groups: { rules: Rule[] }[] }>('/api/v1/rules')).groups.flatMap(({ rules }) => rules),
  };
}

/** A number is a figure; NaN, a part of nothing, is none. */
export const hasFigure = (series: Series[]): boolean => series.some(({ value }) => Number.isFinite(Number(value[1])));
