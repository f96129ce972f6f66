/** Prometheus' discovery passes targets on every five seconds, its scraper takes them up every five; and a little. */
export const DISCOVERY_SECONDS = 11.5;

/** Seconds that a check waits for scrapes. */
const LONGEST_WAIT = 90;

/**
 * Why a check that must see two scrapes cannot wait for them; null when it can.
 * @param interval seconds between scrapes
 */
export const tooRareToWait = (interval: number): string | null =>
  2 * interval > LONGEST_WAIT
    ? `Prometheus scrapes every ${interval} s, and two scrapes do not fit into the ${LONGEST_WAIT} s that a check waits`
    : null;
