/** A share of the clients, in percent. */
export interface Share {
  weight: number;
  to: string;
}

/** What is left for the default is at least one client of a hundred. */
const MOST = 99;

/** Shares as the configuration takes them: whole percents, each at least one, that leave something over. Pure. */
export function wholeShares(shares: readonly Share[]): Share[] {
  const whole = shares.map(({ weight, to }) => ({ weight: Math.min(MOST, Math.max(1, Math.round(weight))), to }));
  const excess = whole.reduce((sum, { weight }) => sum + weight, 0) - MOST;
  if (excess <= 0) return whole;
  const largest = whole.reduce((most, share) => (share.weight > most.weight ? share : most));
  return whole
    .map((share) => (share === largest ? { ...share, weight: share.weight - excess } : share))
    .filter(({ weight }) => weight > 0);
}
