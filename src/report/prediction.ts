export interface Prediction {
  label: string;
  /** Undefined when the API gave none. */
  probabilities: Map<string, number> | undefined;
}

const LONGEST_BAR = 30;

/** The label; below it the probabilities, highest first. With `json` one document of the same. */
export function formatPrediction({ label, probabilities }: Prediction, json: boolean): string {
  const ranked = probabilities && [...probabilities].toSorted(([, a], [, b]) => b - a);
  if (json) {
    return `${JSON.stringify({ label, ...(ranked ? { probabilities: Object.fromEntries(ranked) } : {}) }, null, 2)}\n`;
  }
  const width = Math.max(0, ...(ranked ?? []).map(([name]) => name.length));
  const rows = (ranked ?? []).map(([name, probability]) => {
    const bar = '█'.repeat(Math.round(probability * LONGEST_BAR));
    return `  ${name.padEnd(width)}  ${probability.toFixed(4)}  ${bar}`.trimEnd();
  });
  return `${[label, ...rows].join('\n')}\n`;
}
