import { createHmac } from 'node:crypto';

/** Requests with the token in this header are fortress's own: the gateway does not count them, and tells no API. */
export const PROBE_HEADER = 'X-Fortress-Probe';

/** Where clients are shared out by weight, a request with the token may say which client it stands for. */
export const CLIENT_HEADER = 'X-Fortress-Client';

/**
 * The secret that exempts the probe from the rate limit: 256 bits, hex. Derived from the key that the project
 * keeps for hashes, so that there is one secret less to store: it outlives certificates and passwords, and
 * nobody gets from the token to the key.
 * nginx compares it with an ordinary comparison: over a network, nobody finds out a random value of this
 * length by the time that it takes to be refused.
 * @param hashKey `Credentials.hashKey`
 */
export const probeToken = (hashKey: string): string =>
  createHmac('sha256', hashKey).update('fortress probe: exemption from the rate limit').digest('hex');
