/** Smallest and largest number of successes that are no surprise, both included. */
export interface Bounds {
  least: number;
  most: number;
}

/**
 * What a share must look like in a sample, exactly rather than by the normal curve, which is wrong for small ones.
 * @param trials size of the sample
 * @param probability of one success, between 0 and 1, both excluded
 * @param tail probability of fewer than `least`, and of more than `most`, at most
 */
export function binomialBounds(trials: number, probability: number, tail: number): Bounds {
  const chances = binomialChances(trials, probability);
  return { least: withinTail(chances, tail), most: trials - withinTail(chances.toReversed(), tail) };
}

/** How many of these may be left out from the start before more than the tail is missing. */
function withinTail(chances: number[], tail: number): number {
  let sum = 0;
  return chances.findIndex((chance) => (sum += chance) > tail);
}

/** The probability of each number of successes, from 0 to all; by logarithms, as most are too small for a product. */
function binomialChances(trials: number, probability: number): number[] {
  const [yes, no] = [Math.log(probability), Math.log1p(-probability)];
  let ways = 0;
  return Array.from({ length: trials + 1 }, (_, successes) => {
    if (successes > 0) ways += Math.log((trials - successes + 1) / successes);
    return Math.exp(ways + successes * yes + (trials - successes) * no);
  });
}
