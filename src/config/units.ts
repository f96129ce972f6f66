const BYTES = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

/** The notation of Docker and nginx: a whole number and an optional unit. */
export const SIZE_PATTERN = /^(?<amount>\d+)(?<unit>[bkmg]?)$/i;

/** Bytes of `512m`, `64k`, `1g` or `1000`. Throws RangeError on anything else. */
export function parseSize(text: string): number {
  const groups = SIZE_PATTERN.exec(text)?.groups;
  if (!groups) throw new RangeError(`not a size: ${text}`);
  const unit = (groups['unit'] || 'b').toLowerCase() as keyof typeof BYTES;
  return Number(groups['amount']) * BYTES[unit];
}

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 } as const;

/** Prometheus' notation, one unit only. */
export const DURATION_PATTERN = /^(?<amount>[1-9]\d*)(?<unit>ms|s|m|h|d|w|y)$/;

/** Seconds of `5s`, `15d`, `500ms`. Throws RangeError on anything else. */
export function parseDuration(text: string): number {
  const groups = DURATION_PATTERN.exec(text)?.groups;
  if (!groups) throw new RangeError(`not a duration: ${text}`);
  return Number(groups['amount']) * SECONDS[groups['unit'] as keyof typeof SECONDS];
}
