/** What a variable of nginx may be, and when. */
export interface Branches {
  /** Asked in this order. */
  rules: { header: string; value: string; result: string }[];
  /** Shares of the clients that no rule took. */
  weights: { percent: number; result: string }[];
  otherwise: string;
}

export const always = (otherwise: string): Branches => ({ rules: [], weights: [], otherwise });

/**
 * The branches with each result replaced by what it leads to; null where that cannot be told as rules by header,
 * then shares, then a default. Pure.
 */
export function chain(branches: Branches, next: (result: string) => Branches | null): Branches | null {
  const end = next(branches.otherwise);
  const rules = branches.rules.map(({ header, value, result }) => ({ header, value, next: next(result) }));
  const weights = branches.weights.map(({ percent, result }) => ({ percent, next: next(result) }));
  if (end === null || [...rules, ...weights].some((step) => !isPlain(step.next))) return null;
  // A header that is asked after shares were drawn would have to be asked in one share only.
  if (weights.length > 0 && !isPlain(end)) return null;
  return {
    rules: [
      ...rules.map(({ header, value, next: leads }) => ({ header, value, result: leads?.otherwise ?? '' })),
      ...end.rules,
    ],
    weights: [
      ...weights.map(({ percent, next: leads }) => ({ percent, result: leads?.otherwise ?? '' })),
      ...end.weights,
    ],
    otherwise: end.otherwise,
  };
}

const isPlain = (branches: Branches | null): boolean =>
  branches !== null && branches.rules.length === 0 && branches.weights.length === 0;
