const MIB = 1024 ** 2;
const UNITS = { '': 1, b: 1, k: 1024, m: MIB, g: 1024 * MIB, t: 1024 ** 2 * MIB } as const;

/** `1.5g`, `512M`, `512mb`, `536870912` in MiB; null for what is no size. Pure. */
export function mebibytesOf(text: string): number | null {
  const { amount, unit = '' } = /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[bkmgt]?)i?b?$/i.exec(text)?.groups ?? {};
  if (amount === undefined) return null;
  return (Number(amount) * UNITS[unit.toLowerCase() as keyof typeof UNITS]) / MIB;
}
