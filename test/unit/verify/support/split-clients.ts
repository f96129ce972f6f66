/** nginx' `split_clients`: the API of a client, by shares in percent that lie end to end; who is left gets the last. */
export const splitClients =
  (shares: [percent: number, api: 'v1' | 'v2'][], rest: 'v1' | 'v2') =>
  (client: string): 'v1' | 'v2' => {
    const hash = murmurHash2(client);
    let sum = 0;
    const share = shares.find(([percent]) => hash < Math.floor(((sum += percent) * 0xff_ff_ff_ff) / 100));
    return share?.[1] ?? rest;
  };

const M = 0x5b_d1_e9_95;

/** MurmurHash2 with the seed that nginx uses: the length. */
export function murmurHash2(text: string): number {
  const bytes = Buffer.from(text);
  let hash = bytes.length;
  let at = 0;
  for (; bytes.length - at >= 4; at += 4) {
    const word = Math.imul(bytes.readInt32LE(at), M);
    hash = Math.imul(hash, M) ^ Math.imul(word ^ (word >>> 24), M);
  }
  const rest = bytes.subarray(at);
  if (rest.length > 0) hash = Math.imul(hash ^ rest.readUIntLE(0, rest.length), M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return (hash ^ (hash >>> 15)) >>> 0;
}
